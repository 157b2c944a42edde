package io.penstock.app.replay;

import io.penstock.app.plot.Sparkline;
import io.penstock.app.plot.TextTable;
import java.util.Collections;
import java.util.Comparator;
import java.util.Locale;

/** A replay's report as tables, the form for people. */
public final class ReplayTable {
    private static final int CURVE_COLUMNS = 60;

    private ReplayTable() {}

    /** What happened, who answered, and how the alternatives would have done. */
    public static String write(ReplayReport report) {
        return head(report) + "\n" + models(report) + "\n" + strategies(report) + "\n" + remarks(report)
                + curve(report);
    }

    private static String head(ReplayReport report) {
        Counts counts = report.counts();
        return String.format(
                Locale.ROOT,
                "Pool %s, policy %s, lambda %s, seed %d: %,d requests, %,d responses, %,d decisions, %d lost,"
                        + " %d duplicated, %d unanswered; %.1f s (%.0f requests/s)%n",
                report.pool(),
                report.settings().policy(),
                report.settings().lambda(),
                report.settings().seed(),
                counts.requests(),
                counts.responses(),
                counts.decisions(),
                counts.lost(),
                counts.duplicated(),
                counts.unanswered(),
                report.wallSeconds(),
                counts.requests() / Math.max(1e-9, report.wallSeconds()));
    }

    private static String models(ReplayReport report) {
        TextTable table = new TextTable("model", "requests", "share", "quality", "$ per 1,000");
        for (ModelRow model : report.models()) {
            table.row(
                    model.name(),
                    String.format(Locale.ROOT, "%,d", model.requests()),
                    String.format(Locale.ROOT, "%.1f %%", 100 * model.share()),
                    model.requests() == 0 ? "-" : number(model.quality()),
                    model.requests() == 0 ? "-" : perThousand(model.costUsd()));
        }
        return table.toString();
    }

    private static String strategies(ReplayReport report) {
        String unit = unit(report);
        TextTable table = new TextTable("on the same prompts", "reward", "quality", unit);
        row(table, report, "oracle (best model of each prompt)", report.oracle());
        row(table, report, "Penstock", report.policy());
        for (ModelRow model : report.models()) {
            String best = model.equals(report.bestFixed()) ? " (best single)" : "";
            row(table, report, "always " + model.name() + best, model.fixed());
        }
        row(table, report, "random", report.random());
        return table.toString();
    }

    private static void row(TextTable table, ReplayReport report, String name, Controls.Score score) {
        String amount = switch (report.objective()) {
            case COST_USD -> perThousand(score.costUsd());
            case LATENCY_MS, ENERGY_J -> String.format(Locale.ROOT, "%.1f", score.amount());
        };
        table.row(name, number(score.reward()), number(score.quality()), amount);
    }

    private static String unit(ReplayReport report) {
        return switch (report.objective()) {
            case COST_USD -> "$ per 1,000";
            case LATENCY_MS -> "ms";
            case ENERGY_J -> "J";
        };
    }

    private static String remarks(ReplayReport report) {
        Controls.Shuffled shuffled = report.shuffled();
        String digest = report.digest() == null ? "" : "Digest of the log: " + report.digest() + "\n";
        return cascade(report)
                + String.format(
                        Locale.ROOT,
                        "Reward = quality - %s * amount / %.6g (%s). The same choices dealt to other prompts (shares match,"
                                + " mean of %d): %.4f \u00b1 %.4f; at Penstock's own cost: %.4f \u00b1 %.4f.%n"
                                + "Penstock minus shuffled: %+.4f \u00b1 %.4f. Part of the gap from the best single"
                                + " model to the oracle: %+.2f. Entropy of the shares: %.2f of %.2f bits.%n",
                        report.settings().lambda(),
                        report.reference(),
                        report.objective().id(),
                        Controls.PERMUTATIONS,
                        shuffled.reward(),
                        shuffled.deviation(),
                        shuffled.matchedReward(),
                        shuffled.matchedDeviation(),
                        shuffled.pairedDifference(),
                        shuffled.pairedError(),
                        report.gapCovered(),
                        report.entropy(),
                        Math.log(report.models().size()) / Math.log(2))
                + digest;
    }

    /** What the dearest model alone would have given for all of its price. */
    private static String cascade(ReplayReport report) {
        ReplaySettings.Cascade cascade = report.settings().cascade();
        if (cascade == null) {
            return "";
        }
        ModelRow dearest = Collections.max(
                report.models(),
                Comparator.comparingDouble(model -> model.fixed().costUsd()));
        return String.format(
                Locale.ROOT,
                "Cascade with a verifier of accuracy %s, %d rungs, lambda %s after the first answer: %.2f calls a"
                        + " request; quality %.4f against %.4f of %s, the dearest model, at %.2f of its cost.%n",
                cascade.accuracy(),
                cascade.rungs(),
                cascade.lambda(),
                report.counts().decisions()
                        / (double) Math.max(1, report.counts().requests()),
                report.policy().quality(),
                dearest.fixed().quality(),
                dearest.name(),
                report.policy().costUsd() / dearest.fixed().costUsd());
    }

    private static String curve(ReplayReport report) {
        LearningCurve curve = report.curve();
        double low = Math.min(
                report.random().reward(),
                curve.policy().stream().min(Double::compare).orElse(0.0));
        double high = Math.max(
                report.bestFixed().fixed().reward(),
                curve.policy().stream().max(Double::compare).orElse(1.0));
        return String.format(
                Locale.ROOT,
                "Reward over time, %.3f to %.3f: %s%n",
                low,
                high,
                Sparkline.of(curve.policy(), CURVE_COLUMNS, low, high));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String perThousand(double usd) {
        return String.format(Locale.ROOT, "%.4f", 1000 * usd);
    }
}
