package io.penstock.benchmark;

import java.io.PrintStream;
import java.util.List;

/** Whole nodes that serve a steady load: how soon a policy is used, how exactly a budget is paced, how soon a router starts. */
final class LiveBench {

    /** What to run. */
    record Scale(List<String> parts) {
        static Scale defaults() {
            return new Scale(List.of("policies", "pacing", "start"));
        }
    }

    private final Scale scale;
    private final PrintStream progress;
    private final BenchReport report = new BenchReport();

    LiveBench(Scale scale, PrintStream progress) {
        this.scale = scale;
        this.progress = progress;
    }

    BenchReport run() throws Exception {
        report.tell("spin score before (1 = two free cores)", SpinScore.measure(), "ratio");
        if (scale.parts.contains("policies")) {
            progress.println("running part policies");
            PolicyUseRun.measure(report);
        }
        if (scale.parts.contains("pacing")) {
            progress.println("running part pacing");
            new PacingRun(report, progress).measure();
        }
        if (scale.parts.contains("start")) {
            progress.println("running part start");
            ColdStartRun.measure(report);
        }
        report.tell("spin score after", SpinScore.measure(), "ratio");
        return report;
    }
}
