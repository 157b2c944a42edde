package io.penstock.app.batch;

import io.penstock.schema.Money;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Locale;

/** How far a batch is, on one line that is written over, or a line every five seconds where that cannot be. */
public final class BatchProgress {
    private static final long LIVE_MS = 200;
    private static final long PLAIN_MS = 5_000;
    private static final double MILLIS = 1e3;
    private static final int BAR = 20;

    private final PrintWriter out;
    private final boolean live;
    private final long total;
    private final InstantSource clock;
    private final long start;
    private long next;
    private int before = -1;

    /** @param total calls of the file */
    public BatchProgress(PrintWriter out, boolean live, long total, InstantSource clock) {
        this.out = out;
        this.live = live;
        this.total = total;
        this.clock = clock;
        this.start = clock.millis();
        this.next = start + (live ? LIVE_MS : PLAIN_MS);
    }

    public void show(BatchState state, BatchErrors wrong) {
        if (before < 0) {
            // What had ended before says nothing of the rate.
            before = state.ended();
        }
        long now = clock.millis();
        if (now >= next) {
            next = now + (live ? LIVE_MS : PLAIN_MS);
            out.print((live ? "\r" : "") + line(state, wrong, now) + (live ? "\u001B[K" : System.lineSeparator()));
            out.flush();
        }
    }

    /** The last state, on a line that stays. */
    public void end(BatchState state, BatchErrors wrong) {
        out.println((live ? "\r" : "") + line(state, wrong, clock.millis()) + (live ? "\u001B[K" : ""));
        out.flush();
    }

    private String line(BatchState state, BatchErrors wrong, long now) {
        double seconds = Math.max(1e-3, (now - start) / MILLIS);
        double rate = (state.ended() - Math.max(0, before)) / seconds;
        long done = state.ended() + wrong.count();
        long left = Math.max(0, total - done);
        int filled = total == 0 ? BAR : (int) Math.min(BAR, BAR * done / total);
        String rest = left == 0 ? "" : rate > 0 ? duration(left / rate) + " left, " : "";
        return String.format(
                Locale.ROOT,
                "[%s%s] %,d/%,d  %.0f/s  %s%s  %,d not answered",
                "#".repeat(filled),
                ".".repeat(BAR - filled),
                done,
                total,
                rate,
                rest,
                Money.format(state.costNanos()),
                state.ended() - state.answered() + wrong.count());
    }

    private static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
    }
}
