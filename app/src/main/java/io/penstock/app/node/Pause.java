package io.penstock.app.node;

import java.util.concurrent.locks.LockSupport;

/** Waits between two looks at something that another thread changes. */
public final class Pause {
    private Pause() {}

    /** @throws IllegalStateException if the thread is interrupted */
    public static void millis(long millis) {
        LockSupport.parkNanos(millis * 1_000_000);
        if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("interrupted while waiting");
        }
    }
}
