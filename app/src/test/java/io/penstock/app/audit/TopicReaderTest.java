package io.penstock.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicReaderTest {
    private static final TopicPartition ZERO = new TopicPartition("t", 0);
    private static final TopicPartition ONE = new TopicPartition("t", 1);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final Findings findings = new Findings();
    private final TopicReader reader = new TopicReader(consumer, InstantSource.system(), findings);
    private final Map<TopicPartition, List<Long>> log = new HashMap<>();

    @BeforeEach
    void twoPartitions() {
        Node node = Node.noNode();
        consumer.updatePartitions(
                "t",
                List.of(
                        new PartitionInfo("t", 0, node, new Node[0], new Node[0]),
                        new PartitionInfo("t", 1, node, new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(ZERO, 0L, ONE, 2L));
        log.put(ZERO, new ArrayList<>());
        log.put(ONE, new ArrayList<>());
    }

    /** What is read while the ends are these; the mock drops its records whenever partitions are assigned. */
    private List<String> read(long endOfZero, long endOfOne) {
        consumer.updateEndOffsets(Map.of(ZERO, endOfZero, ONE, endOfOne));
        consumer.schedulePollTask(() -> log.forEach((partition, offsets) -> {
            for (long offset : offsets) {
                if (offset >= consumer.position(partition)) {
                    consumer.addRecord(
                            new ConsumerRecord<>("t", partition.partition(), offset, new byte[0], new byte[0]));
                }
            }
        }));
        List<String> seen = new ArrayList<>();
        reader.read(Set.of("t"), record -> seen.add(record.partition() + "@" + record.offset()));
        return seen;
    }

    @Test
    void shouldHandOverEachRecordOnceHoweverOftenItReads() {
        // Given
        log.get(ZERO).addAll(List.of(0L, 1L));
        log.get(ONE).addAll(List.of(2L));

        // When
        List<String> first = read(2, 3);
        log.get(ZERO).add(2L);
        List<String> second = read(3, 3);

        // Then
        assertThat(first).containsExactlyInAnyOrder("0@0", "0@1", "1@2");
        assertThat(second).containsExactly("0@2");
        assertThat(reader.counts()).containsEntry("t", 4L);
    }

    @Test
    void shouldLeaveWhatLiesBeyondTheEndForTheNextTime() {
        // Given: the third record arrives while the first two are read
        log.get(ZERO).addAll(List.of(0L, 1L, 2L));

        // When
        List<String> first = read(2, 2);
        List<String> second = read(3, 2);

        // Then
        assertThat(first).containsExactly("0@0", "0@1");
        assertThat(second).containsExactly("0@2");
    }

    @Test
    void shouldSayWhichRecordsAreGone() {
        // When
        read(0, 2);

        // Then
        assertThat(findings.report(reader.counts()).notes())
                .singleElement()
                .asString()
                .contains("t-1 starts at offset 2");
    }
}
