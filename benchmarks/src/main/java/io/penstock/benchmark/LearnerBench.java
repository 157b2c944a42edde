package io.penstock.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.utils.Utils;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The learner alone (JMH, {@link DecideBenchmark}), ParetoBandit's own package beside it, and the learn stage on a broker
 * ({@link LearnRun}).
 */
final class LearnerBench {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int ROUNDS = 3;
    private static final int CPU_ROUNDS = 10;
    private static final int CPU_CALLS = 20_000;

    /** How much to run. */
    record Scale(int outcomes, List<String> parts) {
        static Scale defaults() {
            return new Scale(400_000, List.of("decide", "cpu", "paretobandit", "learn"));
        }

        Scale withOutcomes(int some) {
            return new Scale(some, parts);
        }

        Scale withParts(List<String> some) {
            return new Scale(outcomes, some);
        }
    }

    private final Scale scale;
    private final PrintStream progress;
    private final BenchReport report = new BenchReport();

    LearnerBench(Scale scale, PrintStream progress) {
        this.scale = scale;
        this.progress = progress;
    }

    BenchReport run() throws Exception {
        report.tell("spin score before (1 = two free cores)", SpinScore.measure(), "ratio");
        if (scale.parts.contains("decide")) {
            progress.println("running part decide");
            decide();
        }
        if (scale.parts.contains("cpu")) {
            progress.println("running part cpu");
            cpu();
        }
        if (scale.parts.contains("paretobandit")) {
            progress.println("running part paretobandit");
            paretoBandit();
        }
        if (scale.parts.contains("learn")) {
            progress.println("running part learn");
            learn();
        }
        report.tell("spin score after", SpinScore.measure(), "ratio");
        return report;
    }

    private void decide() throws RunnerException {
        Options options = new OptionsBuilder()
                .include(DecideBenchmark.class.getName())
                .jvmArgs("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC")
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        for (RunResult result : results) {
            String shape = result.getParams().getParam("shape");
            String policy = result.getParams().getParam("policy");
            String method = result.getPrimaryResult().getLabel();
            double micros = result.getPrimaryResult().getScore();
            String name = "d x K = " + shape + ", " + policy + ", " + words(method);
            double bar = bar(shape, policy, method);
            if (bar > 0) {
                report.atMost(name, micros, bar, "us");
            } else if (!method.equals("refit") || policy.equals("squarecb")) {
                report.tell(name, micros, "us");
            }
        }
    }

    /**
     * The same loops by the CPU time of their thread, which neighbours on a shared machine lengthen less than the time on
     * the wall.
     */
    private void cpu() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (String shape : List.of("26x4", "64x16")) {
            for (String policy : List.of("squarecb", "linucb", "thompson")) {
                DecideBenchmark loop = new DecideBenchmark();
                loop.shape = shape;
                loop.policy = policy;
                loop.setUp();
                double[] rounds = new double[CPU_ROUNDS];
                long kept = 0;
                for (int round = 0; round < CPU_ROUNDS; round++) {
                    long start = threads.getCurrentThreadCpuTime();
                    for (int i = 0; i < CPU_CALLS; i++) {
                        kept += loop.decideAndUpdateAndRefit();
                    }
                    rounds[round] = (threads.getCurrentThreadCpuTime() - start) / 1e3 / CPU_CALLS;
                }
                progress.printf(
                        "  %s %s: last of %d rounds %.2f us (checksum %d)%n",
                        shape, policy, CPU_ROUNDS, rounds[CPU_ROUNDS - 1], kept);
                // Half of the rounds are for the JVM's compilers.
                double micros = median(Arrays.copyOfRange(rounds, CPU_ROUNDS / 2, CPU_ROUNDS));
                String name = "d x K = " + shape + ", " + policy + ", with refit / 100, CPU time";
                double bar = bar(shape, policy, "decideAndUpdateAndRefit");
                if (bar > 0) {
                    report.atMost(name, micros, bar, "us");
                } else {
                    report.tell(name, micros, "us");
                }
            }
        }
    }

    private static String words(String method) {
        return switch (method) {
            case "decideAndUpdate" -> "decide + update";
            case "decideAndUpdateAndRefit" -> "decide + update + refit / " + DecideBenchmark.DECISIONS_PER_REFIT;
            default -> "refit of all models (any policy)";
        };
    }

    /** Microseconds; 0 where there is no bar. */
    private static double bar(String shape, String policy, String method) {
        if (shape.equals("26x4") && method.equals("decideAndUpdate")) {
            return 5;
        }
        if (shape.equals("64x16") && method.equals("decideAndUpdateAndRefit")) {
            return policy.equals("squarecb") ? 30 : policy.equals("linucb") ? 60 : 0;
        }
        return 0;
    }

    /** ParetoBandit's own code, at the sizes of the decide part. */
    private void paretoBandit() throws IOException, InterruptedException, URISyntaxException {
        Path folder = folder();
        if (!Files.isDirectory(folder.resolve(".venv"))) {
            progress.println("  left out: " + folder.resolve("compare")
                    + " speed has not been run yet; once it has made" + " its Python environment, this part runs");
            return;
        }
        Process process = new ProcessBuilder(folder.resolve("compare").toString(), "speed")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode size = MAPPER.readTree(line);
                String name = "ParetoBandit, d x K = "
                        + size.get("dimension_with_bias").asInt() + "x"
                        + size.get("models").asInt();
                report.tell(name + ", route + feedback", size.get("total_us").asDouble(), "us");
            }
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("compare speed ended with exit code " + process.exitValue());
        }
    }

    /** benchmarks/paretobandit, found from where this class lies: benchmarks/target. */
    private static Path folder() throws URISyntaxException {
        Path code = Path.of(LearnerBench.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return code.toAbsolutePath().resolve("../../paretobandit").normalize();
    }

    private void learn() throws Exception {
        Path folder = Files.createTempDirectory("penstock-bench-");
        try (BenchCluster cluster = new BenchCluster(folder)) {
            LearnRun run = new LearnRun(cluster, folder, scale.outcomes);
            run.preload();
            double[] perSecond = new double[ROUNDS];
            double[] perCore = new double[ROUNDS];
            double[] bytes = new double[ROUNDS];
            run.run(-1);
            for (int round = 0; round < ROUNDS; round++) {
                LearnRun.Result result = run.run(round);
                perSecond[round] = result.perSecond();
                perCore[round] = result.perCoreSecond();
                bytes[round] = result.changelogBytesPerSecond();
                progress.printf(
                        "  %.0f outcomes/s, %.0f per core-second, changelog %.1f MB/s%n",
                        perSecond[round], perCore[round], bytes[round] / 1e6);
            }
            report.tell("learn stage, d = 64, by the clock", median(perSecond), "outcomes/s");
            report.atLeast("learn stage, d = 64, a core of its thread", median(perCore), 20_000, "outcomes/s");
            report.tell("learn stage, changelog", median(bytes) / 1e6, "MB/s");
        } finally {
            Utils.delete(folder.toFile());
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
