package io.penstock.benchmark;

import io.penstock.app.node.CatalogWriter;
import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Lane;
import io.penstock.event.RoutingProfile;
import io.penstock.topology.PenstockConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Everything in one process: requests in, routed, dispatched to an instant backend, joined, answered, judged, learned. */
final class LoopRun implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Node node;
    private int sent;

    LoopRun(long commitMillis) {
        node = Node.start(
                NodeOptions.temporary()
                        .withBackend("recorded", new InstantBackend())
                        .with(PenstockConfig.FEATURES_DIMENSION, String.valueOf(BenchCluster.DIMENSION))
                        .with(PenstockConfig.ROUTER_COMMIT_INTERVAL, String.valueOf(commitMillis))
                        .with(PenstockConfig.METADATA_MAX_AGE, "1000"),
                step -> {});
        List<CatalogEntry> entries = new ArrayList<>();
        List<String> slugs = new ArrayList<>();
        for (int i = 0; i < BenchCluster.MODELS; i++) {
            entries.add(CatalogWriter.of(BenchCluster.card(i)));
            slugs.add(BenchCluster.slug(i));
        }
        entries.add(CatalogWriter.of(
                "default", RoutingProfile.newBuilder().setPolicy("thompson").build()));
        node.applyCatalog(entries);
        node.awaitActive(slugs, Duration.ofSeconds(60));
    }

    /** Responses a second in the middle 80 %, by the broker's append time. */
    double throughput(int records) {
        try (Consumer<byte[], byte[]> reader = node.clients().consumer(null, "latest");
                Waves waves = new Waves(node.bootstrapServers(), sent, records, this::request)) {
            sent += records;
            List<TopicPartition> partitions = new ArrayList<>();
            reader.partitionsFor(node.topics().responses(Node.DEFAULT_TENANT))
                    .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
            reader.assign(partitions);
            reader.seekToEnd(partitions);
            partitions.forEach(reader::position);
            long[] times = new long[records];
            int seen = 0;
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (seen < records) {
                waves.answered(seen);
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
                    if (seen < records) {
                        times[seen++] = record.timestamp();
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("only " + seen + " of " + records + " responses in " + PATIENCE);
                }
            }
            Arrays.sort(times);
            int low = records / 10;
            int high = records - records / 10 - 1;
            return (high - low) * 1000.0 / Math.max(1, times[high] - times[low]);
        }
    }

    private ProducerRecord<String, byte[]> request(int number) {
        String topic = node.topics().requests(Lane.ONLINE, Node.DEFAULT_TENANT);
        return new ProducerRecord<>(topic, "request-" + number, FixedRecord.encoded(node.codec(), number));
    }

    @Override
    public void close() {
        node.close();
    }
}
