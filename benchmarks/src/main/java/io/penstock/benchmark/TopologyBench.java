package io.penstock.benchmark;

import io.penstock.event.Lane;
import io.penstock.feature.Device;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/**
 * The topology against a Kafka Streams pass-through, on the fixed record, exactly-once, acks=all, four partitions, everything
 * on this machine. Pairs are interleaved and their ratios' medians reported, so that a noisy neighbour hits both sides.
 */
final class TopologyBench {
    private static final long COMMIT_MILLIS = 100;
    private static final long LATENCY_COMMIT_MILLIS = 25;

    /** The compilers of a JVM are busy for a minute with all of this, on the same cores. */
    private static final int WARM_UPS = 3;

    /** How much to run. */
    record Scale(int records, int rounds, List<String> parts) {
        static Scale defaults() {
            return new Scale(120_000, 3, List.of("stages", "route", "loop", "engine", "minilm", "latency"));
        }

        Scale withRecords(int some) {
            return new Scale(some, rounds, parts);
        }

        Scale withRounds(int some) {
            return new Scale(records, some, parts);
        }

        Scale withParts(List<String> some) {
            return new Scale(records, rounds, some);
        }
    }

    private interface Part {
        void run() throws Exception;
    }

    private final Scale scale;
    private final PrintStream progress;
    private final BenchReport report = new BenchReport();

    TopologyBench(Scale scale, PrintStream progress) {
        this.scale = scale;
        this.progress = progress;
    }

    BenchReport run() throws Exception {
        report.tell("spin score before (1 = two free cores)", SpinScore.measure(), "ratio");
        part("stages", () -> {
            try (FeatureExtractor extractor = defaultTier()) {
                new PartTimes(report).measure(extractor);
            }
        });
        part("route", this::route);
        part("loop", this::loop);
        part("engine", this::engine);
        part("minilm", this::minilm);
        part("latency", this::latency);
        report.tell("spin score after", SpinScore.measure(), "ratio");
        return report;
    }

    private void part(String name, Part part) throws Exception {
        if (scale.parts.contains(name)) {
            progress.println("running part " + name);
            part.run();
        }
    }

    private static FeatureExtractor defaultTier() {
        return FeatureExtractors.byName(FeatureSettings.defaults().withDimension(BenchCluster.DIMENSION));
    }

    /** Enrich + route against the pass-through. */
    private void route() throws Exception {
        FeatureExtractor extractor = defaultTier();
        String hash = extractor.id().hash();
        onCluster(hash, (cluster, runs) -> {
            try (RouteOnly route = new RouteOnly(cluster, extractor, 1, 64)) {
                double[] ratios = new double[scale.rounds];
                double[] ours = new double[scale.rounds];
                double[] reference = new double[scale.rounds];
                for (int warmUp = 0; warmUp < WARM_UPS; warmUp++) {
                    passThrough(runs, scale.records);
                    runs.throughput("warm-up", route.topology(), cluster.topics.decisions(), scale.records);
                }
                for (int round = 0; round < scale.rounds; round++) {
                    reference[round] = passThrough(runs, scale.records);
                    ours[round] = runs.throughput("route", route.topology(), cluster.topics.decisions(), scale.records);
                    ratios[round] = ours[round] / reference[round];
                    progress.printf("  pass-through %.0f/s, enrich + route %.0f/s%n", reference[round], ours[round]);
                }
                report.tell("pass-through", median(reference), "records/s");
                report.tell("enrich + route", median(ours), "records/s");
                report.atLeast("enrich + route / pass-through", median(ratios), 0.30);
            }
        });
    }

    private double passThrough(StreamsRun runs, int records) throws Exception {
        return runs.throughput(
                "reference",
                PassThrough.topology(BenchCluster.PASS_IN, BenchCluster.PASS_OUT),
                BenchCluster.PASS_OUT,
                records);
    }

    /** The whole loop in one process against the pass-through, each on a broker of its own that stays for all rounds. */
    private void loop() throws Exception {
        double[] ratios = new double[scale.rounds];
        double[] ours = new double[scale.rounds];
        onCluster("unused", (cluster, runs) -> {
            try (LoopRun loop = new LoopRun(COMMIT_MILLIS)) {
                for (int warmUp = 0; warmUp < WARM_UPS; warmUp++) {
                    passThrough(runs, scale.records);
                    loop.throughput(scale.records);
                }
                for (int round = 0; round < scale.rounds; round++) {
                    double reference = passThrough(runs, scale.records);
                    ours[round] = loop.throughput(scale.records);
                    ratios[round] = ours[round] / reference;
                    progress.printf("  pass-through %.0f/s, whole loop %.0f/s%n", reference, ours[round]);
                }
            }
        });
        report.tell("whole loop", median(ours), "requests/s");
        report.atLeast("whole loop / pass-through", median(ratios), 0.10);
    }

    /** The commit-flushed engine with a stand-in of a GPU's cost shape: against its own limit, and one call a record. */
    private void engine() throws Exception {
        StandInExtractor standIn = new StandInExtractor();
        double limit = EngineLimit.measure(standIn, 64, 1, 3_000);
        onCluster(standIn.id().hash(), (cluster, runs) -> {
            // One thread keeps the engine busy while the other waits for its commit.
            runs.withThreads(2);
            double[] batched = new double[scale.rounds];
            double[] single = new double[scale.rounds];
            for (int round = 0; round < scale.rounds; round++) {
                try (RouteOnly route = new RouteOnly(cluster, new StandInExtractor(), 1, 64)) {
                    batched[round] =
                            runs.throughput("engine", route.topology(), cluster.topics.decisions(), scale.records / 2);
                }
                try (RouteOnly route = new RouteOnly(cluster, new StandInExtractor(), 1, 1)) {
                    single[round] = runs.throughput("single", route.topology(), cluster.topics.decisions(), 2_000);
                }
                progress.printf(
                        "  limit %.0f/s, batched %.0f/s, one call a record %.0f/s%n",
                        limit, batched[round], single[round]);
            }
            report.tell("stand-in engine alone", limit, "records/s");
            report.tell("stand-in engine in the topology", median(batched), "records/s");
            report.tell("stand-in engine, one call a record", median(single), "records/s");
            report.atLeast("stand-in engine / its own limit", median(batched) / limit, 0.85);
            report.atLeast("stand-in engine / one call a record", median(batched) / median(single), 12);
        });
    }

    /** MiniLM inside the topology against the same sessions called in a plain loop in this process. */
    private void minilm() throws Exception {
        int workers = Math.max(1, Runtime.getRuntime().availableProcessors());
        FeatureSettings settings = new FeatureSettings(
                "minilm", BenchCluster.DIMENSION, Device.parse("cpu"), 0, Duration.ofSeconds(60), 8, workers);
        double[] ratios = new double[scale.rounds];
        double[] raw = new double[scale.rounds];
        double[] ours = new double[scale.rounds];
        for (int round = 0; round < scale.rounds; round++) {
            FeatureExtractor extractor = FeatureExtractors.byName(settings);
            int own = round;
            raw[own] = EngineLimit.measure(extractor, 8, workers, 6_000);
            onCluster(extractor.id().hash(), (cluster, runs) -> {
                try (RouteOnly route = new RouteOnly(cluster, extractor, workers, 8)) {
                    ours[own] = runs.withThreads(2)
                            .throughput("minilm", route.topology(), cluster.topics.decisions(), 1_200);
                }
            });
            ratios[own] = ours[own] / raw[own];
            progress.printf("  raw ONNX %.0f/s, in the topology %.0f/s%n", raw[own], ours[own]);
        }
        report.tell("MiniLM raw", median(raw), "texts/s");
        report.tell("MiniLM in the topology", median(ours), "texts/s");
        report.atLeast("MiniLM in the topology / raw", median(ratios), 0.80);
    }

    /** Request to committed dispatch at 1,000 a second, against the pass-through's output at the same load. */
    private void latency() throws Exception {
        FeatureExtractor extractor = defaultTier();
        List<Double> ratios = new ArrayList<>();
        onCluster(extractor.id().hash(), LATENCY_COMMIT_MILLIS, 0, (cluster, runs) -> {
            LatencyRun load = new LatencyRun(cluster, 1_000, Duration.ofSeconds(5), Duration.ofSeconds(10));
            List<Histogram> references = new ArrayList<>();
            List<Histogram> ours = new ArrayList<>();
            try (RouteOnly route = new RouteOnly(cluster, extractor, 1, 64)) {
                for (int round = 0; round < scale.rounds; round++) {
                    int first = 10_000_000 + round * 100_000;
                    Topology reference = PassThrough.topology(BenchCluster.PASS_IN, BenchCluster.PASS_OUT);
                    try (KafkaStreams streams = runs.start("reference", reference)) {
                        references.add(load.measure(BenchCluster.PASS_IN, first, BenchCluster.PASS_OUT));
                        streams.close(Duration.ofSeconds(10));
                    }
                    try (KafkaStreams streams = runs.start("route", route.topology())) {
                        ours.add(load.measure(
                                cluster.topics.requests(Lane.ONLINE, "default"), first, dispatchTopics(cluster)));
                        streams.close(Duration.ofSeconds(10));
                    }
                    double ratio = p99(ours.get(round)) / p99(references.get(round));
                    ratios.add(ratio);
                    progress.printf(
                            "  p99 pass-through %.1f ms, request to dispatch %.1f ms%n",
                            p99(references.get(round)), p99(ours.get(round)));
                }
            }
            tellLatency("pass-through", references);
            tellLatency("request to dispatch", ours);
        });
        report.atMost(
                "latency p99, request to dispatch / pass-through",
                median(ratios.stream().mapToDouble(Double::doubleValue).toArray()),
                1.5);
    }

    private void tellLatency(String name, List<Histogram> rounds) {
        for (double percentile : new double[] {50, 99, 99.9}) {
            double[] values = rounds.stream()
                    .mapToDouble(histogram -> histogram.getValueAtPercentile(percentile) / 1000.0)
                    .toArray();
            report.tell("latency " + name + " p" + percentile, median(values), "ms");
        }
    }

    private static double p99(Histogram histogram) {
        return histogram.getValueAtPercentile(99) / 1000.0;
    }

    private static String[] dispatchTopics(BenchCluster cluster) {
        String[] names = new String[BenchCluster.MODELS];
        for (int i = 0; i < names.length; i++) {
            names[i] = cluster.topics.models(Lane.ONLINE, BenchCluster.slug(i));
        }
        return names;
    }

    private interface OnCluster {
        void run(BenchCluster cluster, StreamsRun runs) throws Exception;
    }

    private void onCluster(String extractor, OnCluster work) throws Exception {
        onCluster(extractor, COMMIT_MILLIS, scale.records, work);
    }

    private void onCluster(String extractor, long commitMillis, int records, OnCluster work) throws Exception {
        Path folder = Files.createTempDirectory("penstock-bench-");
        try (BenchCluster cluster = new BenchCluster(folder)) {
            cluster.teach("thompson", extractor);
            cluster.preload(records);
            work.run(cluster, new StreamsRun(cluster, folder, commitMillis));
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        Utils.delete(folder.toFile());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
