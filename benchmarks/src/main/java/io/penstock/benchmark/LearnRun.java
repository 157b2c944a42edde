package io.penstock.benchmark;

import io.penstock.event.FeatureVector;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.learner.Features;
import io.penstock.topology.PenstockConfig;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.StreamsProperties;
import io.penstock.topology.learn.LearnSettings;
import io.penstock.topology.learn.LearnStage;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * The real learn stage on an embedded broker, one stream thread, exactly-once, default settings, over outcomes that lie there
 * before the clock starts: answers and verdicts in turn, {@value BenchCluster#MODELS} models, one scope, d = 64.
 */
final class LearnRun {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String EXTRACTOR = "0a1b2c";
    private static final int CONTEXTS = 512;

    private final BenchCluster cluster;
    private final Path folder;
    private final int outcomes;

    LearnRun(BenchCluster cluster, Path folder, int outcomes) {
        this.cluster = cluster;
        this.folder = folder;
        this.outcomes = outcomes;
    }

    /**
     * What came of one run, from the end of its first tenth to the end of its last but one.
     *
     * @param perSecond outcomes by the clock
     * @param perCoreSecond outcomes by the CPU time of the stream thread
     * @param changelogBytesPerSecond appended to changelog topics from the first outcome to the last
     */
    record Result(double perSecond, double perCoreSecond, double changelogBytesPerSecond) {}

    void preload() {
        Random random = new Random(1);
        byte[][] contexts = new byte[CONTEXTS][];
        for (int i = 0; i < CONTEXTS; i++) {
            float[] values = new float[BenchCluster.DIMENSION];
            for (int j = 0; j < values.length; j++) {
                values[j] = (float) random.nextGaussian();
            }
            contexts[i] = Features.of(values).toBytes();
        }
        try (KafkaProducer<String, byte[]> producer = cluster.producer()) {
            for (int i = 0; i < outcomes; i++) {
                byte[] value = cluster.codec.encode(outcome(i, contexts[i / 2 % CONTEXTS], random));
                int partition = i / 2 % BenchCluster.PARTITIONS;
                BenchCluster.send(
                        producer,
                        new ProducerRecord<>(cluster.topics.outcomes(), partition, "request-" + i / 2, value));
            }
        }
    }

    private static Outcome outcome(int i, byte[] context, Random random) {
        boolean answer = i % 2 == 0;
        return Outcome.newBuilder()
                .setScopes(List.of("tenant/default"))
                .setTenant("default")
                .setRequestId("request-" + i / 2)
                .setDecisionId("decision-" + i / 2)
                .setModel(BenchCluster.slug(i / 2 % BenchCluster.MODELS))
                .setKind(answer ? OutcomeKind.COMPLETED : OutcomeKind.JUDGED)
                .setPropensity(0.5)
                .setFeatures(FeatureVector.newBuilder()
                        .setExtractor(EXTRACTOR)
                        .setDimension(BenchCluster.DIMENSION)
                        .setValues(ByteBuffer.wrap(context))
                        .build())
                .setQuality(answer ? null : random.nextInt(2) * 1.0)
                .setOutputTokens(100 + random.nextInt(400))
                .setLatencyMs(500 + random.nextInt(2000))
                .build();
    }

    Result run(int number) throws Exception {
        Clock clock = new Clock(outcomes);
        Topology topology = new Topology();
        LearnStage.addTo(topology, LearnSettings.defaults(), cluster.topics, cluster.codec, clock);
        try (KafkaStreams streams = new KafkaStreams(topology, properties(number))) {
            streams.start();
            if (!clock.done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "learn read " + clock.seen + " of " + outcomes + " outcomes in " + PATIENCE);
            }
            return new Result(
                    clock.between() * 1e9 / clock.nanos(),
                    clock.between() * 1e9 / clock.cpuNanos(),
                    changelogBytes(streams) * 1e9 / (System.nanoTime() - clock.firstNanos));
        }
    }

    private Properties properties(int number) {
        PenstockConfig config = PenstockConfig.from(Map.of(
                PenstockConfig.BOOTSTRAP_SERVERS,
                cluster.bootstrapServers(),
                PenstockConfig.SCHEMA_REGISTRY_URL,
                "http://127.0.0.1:1",
                PenstockConfig.STATE_DIR,
                folder.resolve("state-learn-" + number).toString(),
                PenstockConfig.SERVER_KEY,
                "00".repeat(32),
                "kafka." + StreamsConfig.APPLICATION_ID_CONFIG,
                "bench-learn-" + number));
        return StreamsProperties.learner(config, cluster.topics);
    }

    private static double changelogBytes(KafkaStreams streams) {
        double bytes = 0;
        for (Metric metric : streams.metrics().values()) {
            String topic = metric.metricName().tags().getOrDefault("topic", "");
            if (metric.metricName().name().equals("byte-total")
                    && metric.metricName().group().equals("producer-topic-metrics")
                    && topic.endsWith("-changelog")
                    && metric.metricValue() instanceof Double value) {
                bytes += value;
            }
        }
        return bytes;
    }

    /** Reads the clocks on the stream thread when a tenth, and when nine tenths of the outcomes are learned. */
    private static final class Clock implements StageMetrics {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        private final CountDownLatch done = new CountDownLatch(1);
        private final int low;
        private final int high;
        private final int end;
        private volatile int seen;
        private volatile long firstNanos;
        private long startNanos;
        private long startCpu;
        private long endNanos;
        private long endCpu;

        Clock(int outcomes) {
            this.low = outcomes / 10;
            this.high = outcomes - outcomes / 10;
            this.end = outcomes;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one stream thread writes; others only read
        public void count(String counter) {
            if (!counter.equals("learn.completed") && !counter.equals("learn.judged")) {
                return;
            }
            seen++;
            if (seen == 1) {
                firstNanos = System.nanoTime();
            }
            if (seen == low) {
                startNanos = System.nanoTime();
                startCpu = THREADS.getCurrentThreadCpuTime();
            } else if (seen == high) {
                endNanos = System.nanoTime();
                endCpu = THREADS.getCurrentThreadCpuTime();
            } else if (seen == end) {
                done.countDown();
            }
        }

        int between() {
            return high - low;
        }

        long nanos() {
            return endNanos - startNanos;
        }

        long cpuNanos() {
            return endCpu - startCpu;
        }
    }
}
