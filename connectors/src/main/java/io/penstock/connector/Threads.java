package io.penstock.connector;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The dispatcher's own threads: the worker that owns the engine's state, a timer, and one for look-ups that may block. */
final class Threads implements Delay, AutoCloseable {
    private final ExecutorService worker;
    private final ExecutorService lookups;
    private final ScheduledThreadPoolExecutor timer;

    /** @param fatal gets what a task threw: a defect */
    Threads(Consumer<Throwable> fatal) {
        this.worker = single("penstock-dispatch-worker", fatal);
        this.lookups = single("penstock-dispatch-lookup", fatal);
        this.timer = new ScheduledThreadPoolExecutor(
                1, factory("penstock-dispatch-timer", fatal), new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
    }

    private static ExecutorService single(String name, Consumer<Throwable> fatal) {
        // What a backend or the producer reports after close has nobody to hear it.
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                factory(name, fatal),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    private static ThreadFactory factory(String name, Consumer<Throwable> fatal) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((where, error) -> fatal.accept(error));
            return thread;
        };
    }

    Executor worker() {
        return worker;
    }

    Executor lookups() {
        return lookups;
    }

    @Override
    public Runnable after(Duration wait, Runnable work) {
        Future<?> task = timer.schedule(work, wait.toNanos(), TimeUnit.NANOSECONDS);
        return () -> task.cancel(false);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        lookups.shutdownNow();
        worker.shutdownNow();
    }
}
