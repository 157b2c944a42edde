package io.penstock.benchmark;

import io.penstock.topology.PenstockConfig;
import io.penstock.topology.StreamsProperties;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * One application on the cluster, with a fresh id and state each time, so that it reads the preloaded records from the start.
 * Both sides of a ratio run through here, so with the same guarantee, commit interval and client settings.
 */
final class StreamsRun {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final BenchCluster cluster;
    private final Path folder;
    private final long commitMillis;
    private int threads = 1;
    private int runs;

    StreamsRun(BenchCluster cluster, Path folder, long commitMillis) {
        this.cluster = cluster;
        this.folder = folder;
        this.commitMillis = commitMillis;
    }

    /** From now on with so many stream threads; one at first. */
    StreamsRun withThreads(int number) {
        threads = number;
        return this;
    }

    /** Records a second in the middle 80 % of the output, by the broker's append time. */
    double throughput(String name, Topology topology, String output, int records) throws Exception {
        try (KafkaConsumer<byte[], byte[]> reader = cluster.consumer()) {
            assignToEnd(reader, output);
            try (KafkaStreams streams = start(name, topology)) {
                long[] times = new long[records];
                int seen = 0;
                long deadline = System.nanoTime() + PATIENCE.toNanos();
                while (seen < records) {
                    for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
                        if (seen < records) {
                            times[seen++] = record.timestamp();
                        }
                    }
                    if (System.nanoTime() > deadline) {
                        throw new IllegalStateException(
                                name + " wrote " + seen + " of " + records + " records in " + PATIENCE);
                    }
                }
                streams.close(Duration.ofSeconds(10));
                Arrays.sort(times);
                int low = records / 10;
                int high = records - records / 10 - 1;
                return (high - low) * 1000.0 / Math.max(1, times[high] - times[low]);
            }
        }
    }

    /** Starts an application and returns when it runs; the caller closes it. */
    KafkaStreams start(String name, Topology topology) throws Exception {
        runs++;
        Path state = Files.createDirectories(folder.resolve("state-" + name + "-" + runs));
        PenstockConfig config = PenstockConfig.from(Map.of(
                PenstockConfig.BOOTSTRAP_SERVERS,
                cluster.bootstrapServers(),
                PenstockConfig.SCHEMA_REGISTRY_URL,
                "http://127.0.0.1:1",
                PenstockConfig.STATE_DIR,
                state.toString(),
                PenstockConfig.SERVER_KEY,
                "00".repeat(32),
                PenstockConfig.ROUTER_COMMIT_INTERVAL,
                String.valueOf(commitMillis),
                PenstockConfig.ROUTER_THREADS,
                String.valueOf(threads),
                "kafka." + StreamsConfig.APPLICATION_ID_CONFIG,
                "bench-" + name + "-" + runs));
        Properties properties = StreamsProperties.router(config, cluster.topics);
        KafkaStreams streams = new KafkaStreams(topology, properties);
        streams.start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (streams.state() != KafkaStreams.State.RUNNING) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " did not start; its state is " + streams.state());
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
        return streams;
    }

    static void assignToEnd(KafkaConsumer<byte[], byte[]> reader, String... names) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String name : names) {
            reader.partitionsFor(name)
                    .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
        }
        reader.assign(partitions);
        reader.seekToEnd(partitions);
        partitions.forEach(reader::position);
    }
}
