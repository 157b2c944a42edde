package io.penstock.app.audit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads topics from their start to what is committed by now, and later from there on. The order within a partition is
 * kept. Not thread-safe.
 */
public final class TopicReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final InstantSource clock;
    private final Findings findings;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<String, Long> counts = new TreeMap<>();

    /**
     * For readers that are no audit: what is to be noted about a topic is dropped.
     *
     * @param consumer reads committed records only; stays its owner's to close
     */
    public TopicReader(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, InstantSource clock) {
        this(consumer, clock, new Findings());
    }

    /** @param consumer reads committed records only; stays its owner's to close */
    TopicReader(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            InstantSource clock,
            Findings findings) {
        this.consumer = consumer;
        this.clock = clock;
        this.findings = findings;
    }

    /**
     * Hands over every record that is committed by now and was not handed over before.
     *
     * @throws AuditException if nothing comes although records are there
     */
    public void read(Collection<String> topics, Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            counts.merge(topic, 0L, Long::sum);
            for (PartitionInfo info : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, info.partition()));
            }
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.assign(partitions);
        start(partitions);
        List<TopicPartition> left = new ArrayList<>(partitions);
        long lastMove = clock.millis();
        while (!left.isEmpty()) {
            boolean moved = false;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                moved = true;
                if (record.offset() < ends.getOrDefault(place(record), 0L)) {
                    counts.merge(record.topic(), 1L, Long::sum);
                    handler.accept(record);
                }
            }
            boolean finished =
                    left.removeIf(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
            lastMove = moved || finished ? clock.millis() : lastMove;
            if (clock.millis() - lastMove > PATIENCE.toMillis()) {
                throw new AuditException("nothing came from " + left + " for " + PATIENCE.toSeconds()
                        + " s although records are there; is the broker alive?");
            }
        }
        // Exactly to the ends: what was polled beyond them is read again next time.
        positions.putAll(ends);
    }

    private void start(List<TopicPartition> partitions) {
        List<TopicPartition> fresh = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Long position = positions.get(partition);
            if (position == null) {
                fresh.add(partition);
            } else {
                consumer.seek(partition, position);
            }
        }
        if (fresh.isEmpty()) {
            // An empty collection would mean every partition assigned.
            return;
        }
        consumer.seekToBeginning(fresh);
        consumer.beginningOffsets(fresh).forEach((partition, first) -> {
            if (first > 0) {
                findings.note(partition + " starts at offset " + first
                        + ": older records are gone, and what they belong to may be reported as missing");
            }
        });
    }

    private static TopicPartition place(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    Map<String, Long> counts() {
        return counts;
    }
}
