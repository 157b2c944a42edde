package io.penstock.app.replay;

import io.penstock.connector.recorded.RecordedArm;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a replay stands: on a terminal one line that is written over, else a plain line every few seconds.
 */
public final class ProgressLine implements LoopProgress {
    private static final Duration LIVE = Duration.ofMillis(200);
    private static final Duration PLAIN = Duration.ofSeconds(5);
    private static final int SHOWN_MODELS = 3;
    private static final String CLEAR = "\r\u001b[2K";

    private final PrintWriter out;
    private final boolean live;
    private final InstantSource clock;
    private @Nullable RunningScores scores;
    private long started;
    private long lastShown;
    private int lastCount;

    /** @param live true for a terminal that understands ANSI escapes */
    public ProgressLine(PrintWriter out, boolean live, InstantSource clock) {
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
            return;
        }
        if (now - lastShown < (live ? LIVE : PLAIN).toMillis()) {
            return;
        }
        scores.update();
        int total = ledger.workload().size();
        double rate = (scores.count() - lastCount) * 1000.0 / (now - lastShown);
        lastShown = now;
        lastCount = scores.count();
        String line = line(scores, ledger.workload().arms(), total, rate);
        if (live) {
            out.print(CLEAR + line);
        } else {
            out.println(String.format(Locale.ROOT, "%4d s  ", (now - started) / 1000) + line);
        }
        out.flush();
    }

    /** Takes the live line away, so that what follows starts on a clean one. */
    public void clear() {
        if (live) {
            out.print(CLEAR);
            out.flush();
        }
    }

    static String line(RunningScores scores, List<RecordedArm> arms, int total, double rate) {
        String shares = IntStream.range(0, arms.size())
                .boxed()
                .sorted(Comparator.comparingDouble(arm -> -scores.share(arm)))
                .limit(SHOWN_MODELS)
                .map(arm ->
                        String.format(Locale.ROOT, "%s %.0f%%", arms.get(arm).slug(), 100 * scores.share(arm)))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%,d/%,d  %.0f req/s  quality %.3f  $%.6f  reward %.3f (random %.3f, best single %.3f)  %s",
                scores.count(),
                total,
                rate,
                scores.quality(),
                scores.costUsd(),
                scores.reward(),
                scores.random(),
                scores.bestFixed(),
                shares);
    }
}
