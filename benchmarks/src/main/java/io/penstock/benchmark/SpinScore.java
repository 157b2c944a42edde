package io.penstock.benchmark;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of two cores this machine gives right now: the work two spinning threads do in a second, relative to twice what
 * one does alone. Near 1 on two free cores; 0.5 when both share one. Printed beside every result, since these numbers mean
 * little without it.
 */
final class SpinScore {
    private static final long NANOS = 1_000_000_000L;

    private SpinScore() {}

    static double measure() throws InterruptedException {
        spin(NANOS / 4);
        long alone = spin(NANOS);
        AtomicLong together = new AtomicLong();
        Thread other = new Thread(() -> together.addAndGet(spin(NANOS)));
        other.start();
        together.addAndGet(spin(NANOS));
        other.join();
        return together.get() / (2.0 * alone);
    }

    private static long spin(long nanos) {
        long end = System.nanoTime() + nanos;
        long rounds = 0;
        long x = 1;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 1000; i++) {
                x = x * 6364136223846793005L + 1442695040888963407L;
            }
            rounds += x == 0 ? 2 : 1;
        }
        return rounds;
    }
}
