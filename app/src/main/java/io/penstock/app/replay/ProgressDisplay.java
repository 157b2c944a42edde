package io.penstock.app.replay;

import io.penstock.app.plot.TextTable;
import io.penstock.connector.recorded.RecordedArm;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a replay stands: on a terminal a small table that is written over, else a plain line every few seconds.
 */
public final class ProgressDisplay implements LoopProgress {
    private static final Duration LIVE = Duration.ofMillis(250);
    private static final Duration PLAIN = Duration.ofSeconds(5);
    private static final int NAME_WIDTH = 36;
    private static final double SMOOTHING = 0.3;

    private final PrintWriter out;
    private final boolean live;
    private final InstantSource clock;
    private @Nullable RunningScores scores;
    private long started;
    private long lastShown;
    private int lastCount;
    private int linesUp;
    private double rate;

    /** @param live true for a terminal that understands ANSI escapes */
    public ProgressDisplay(PrintWriter out, boolean live, InstantSource clock) {
        this.out = out;
        this.live = live;
        this.clock = clock;
    }

    @Override
    public void show(Ledger ledger) {
        long now = clock.millis();
        if (scores == null) {
            scores = new RunningScores(ledger);
            started = now;
            lastShown = now;
        }
        if (now - lastShown < (live ? LIVE : PLAIN).toMillis()) {
            return;
        }
        scores.update();
        double latest = (scores.count() - lastCount) * 1000.0 / (now - lastShown);
        rate = live && rate > 0 ? rate + SMOOTHING * (latest - rate) : latest;
        lastShown = now;
        lastCount = scores.count();
        print(ledger.workload(), scores, (now - started) / 1000);
    }

    private void print(Workload workload, RunningScores means, long seconds) {
        if (live) {
            clear();
            String block = block(means, workload.arms(), workload.size(), rate);
            out.print(block);
            linesUp = (int) block.chars().filter(c -> c == '\n').count();
        } else {
            String line = line(means, workload.arms(), workload.size(), rate);
            out.println(String.format(Locale.ROOT, "%4d s  ", seconds) + line);
        }
        out.flush();
    }

    /** Takes the live table away, so that what follows starts on a clean line. */
    public void clear() {
        if (live && linesUp > 0) {
            out.print("\u001b[" + linesUp + "A\r\u001b[J");
            linesUp = 0;
            out.flush();
        }
    }

    /** At most 72 columns wide, for a line that a terminal breaks cannot be written over. */
    static String block(RunningScores means, List<RecordedArm> arms, int total, double rate) {
        TextTable table = new TextTable("mean reward so far", "share", "reward", "quality", "$ per 1,000");
        table.row("Penstock", "", number(means.reward()), number(means.quality()), perThousand(means.costUsd()));
        table.row("oracle", "", number(means.oracle()), "", "");
        for (int arm = 0; arm < arms.size(); arm++) {
            String name = "always " + arms.get(arm).name();
            String shown = name.length() > NAME_WIDTH ? name.substring(0, NAME_WIDTH - 1) + "\u2026" : name;
            String share = String.format(Locale.ROOT, "%.0f %%", 100 * means.share(arm));
            table.row(shown, share, number(means.fixed(arm)), "", "");
        }
        table.row("random", "", number(means.random()), "", "");
        return String.format(Locale.ROOT, "%,d of %,d requests, %.0f a second%n", means.count(), total, rate) + table;
    }

    static String line(RunningScores means, List<RecordedArm> arms, int total, double rate) {
        String singles = IntStream.range(0, arms.size())
                .mapToObj(arm -> String.format(
                        Locale.ROOT,
                        "%s %.3f (share %.0f %%)",
                        arms.get(arm).name(),
                        means.fixed(arm),
                        100 * means.share(arm)))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%,d/%,d  %.0f req/s  quality %.3f  $%.4f per 1,000  reward %.3f; random %.3f, oracle %.3f, always %s",
                means.count(),
                total,
                rate,
                means.quality(),
                1000 * means.costUsd(),
                means.reward(),
                means.random(),
                means.oracle(),
                singles);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String perThousand(double usd) {
        return String.format(Locale.ROOT, "%.4f", 1000 * usd);
    }
}
