package io.penstock.benchmark;

import io.penstock.app.node.CatalogWriter;
import io.penstock.app.node.Node;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Lane;
import io.penstock.event.RoutingProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Requests of the default tenant on a fixed schedule, and what the topics say of them afterwards. */
final class SteadyLoad {
    private final Node node;
    private int sent;

    SteadyLoad(Node node) {
        this.node = node;
    }

    /** Makes the benchmark's models routable. */
    static void prepare(Node node) {
        List<CatalogEntry> entries = new ArrayList<>();
        List<String> slugs = new ArrayList<>();
        for (int i = 0; i < BenchCluster.MODELS; i++) {
            entries.add(CatalogWriter.of(BenchCluster.card(i)));
            slugs.add(BenchCluster.slug(i));
        }
        RoutingProfile profile = RoutingProfile.newBuilder().build();
        profile.getWeights().setCost(0.05);
        entries.add(CatalogWriter.of(Node.DEFAULT_TENANT, profile));
        node.applyCatalog(entries);
        node.awaitActive(slugs, Duration.ofSeconds(60));
    }

    /** Sends so many a second until the time is over. */
    void offer(int perSecond, Duration time) {
        long start = System.nanoTime();
        int count = (int) (perSecond * time.toMillis() / 1000);
        for (int i = 0; i < count; i++) {
            long wait = start + i * 1_000_000_000L / perSecond - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
            BenchCluster.send(
                    node.producer(),
                    new ProducerRecord<>(
                            node.topics().requests(Lane.ONLINE, Node.DEFAULT_TENANT),
                            "request-" + sent,
                            FixedRecord.encoded(node.codec(), sent++)));
        }
        node.producer().flush();
    }

    /** Everything committed on a topic, partition by partition. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        try (Consumer<byte[], byte[]> reader = node.clients().consumer(null, "earliest")) {
            List<TopicPartition> partitions = reader.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            reader.assign(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
            while (partitions.stream()
                    .anyMatch(partition -> reader.position(partition) < ends.getOrDefault(partition, 0L))) {
                reader.poll(Duration.ofMillis(100)).forEach(all::add);
            }
            return all;
        }
    }

    <T extends SpecificRecord> List<T> events(String topic, Class<T> type) {
        return records(topic).stream()
                .map(record -> node.codec().decode(type, record.value()))
                .toList();
    }
}
