package io.penstock.topology.enrich;

import io.penstock.topology.commit.OutOfBandForwarder;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Results that become ready in any order, given out in the order in which they were asked for: each as if its record
 * were being processed now, and all of them before the task commits. One per task, used on its stream thread only.
 *
 * @param <T> a result; its future should complete with a value also for failures
 */
public final class OrderedWork<T> {

    /** Thrown when a commit cannot wait longer; the task starts again from its last commit, so nothing is lost. */
    public static final class TooSlowException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooSlowException(int outstanding, long waitedMillis) {
            super(outstanding + " records were still outstanding after " + waitedMillis
                    + " ms before a commit; the task starts again from its last commit");
        }
    }

    private record Pending<T>(OutOfBandForwarder.Origin origin, CompletableFuture<T> result) {}

    private final ArrayDeque<Pending<T>> queue = new ArrayDeque<>();
    private final OutOfBandForwarder forwarder;
    private final Consumer<T> sink;
    private final int maxOutstanding;
    private final long commitWaitMillis;

    /**
     * Call in {@code Processor.init}.
     *
     * @param sink forwards one result downstream
     * @param maxOutstanding asking for more than this waits for the oldest
     * @param commitWaitMillis longest wait of {@link #drainAll}; well below the transaction timeout
     */
    public OrderedWork(ProcessorContext<?, ?> context, Consumer<T> sink, int maxOutstanding, long commitWaitMillis) {
        this.forwarder = OutOfBandForwarder.capture(context);
        this.sink = sink;
        this.maxOutstanding = maxOutstanding;
        this.commitWaitMillis = commitWaitMillis;
    }

    /** Takes the result of the record being processed; gives it out at once when nothing is before it and it is ready. */
    public void submit(CompletableFuture<T> result) {
        if (queue.isEmpty() && result.isDone()) {
            sink.accept(valueOf(result));
            return;
        }
        queue.add(new Pending<>(forwarder.origin(), result));
        drainReady();
        while (queue.size() >= maxOutstanding) {
            drainHead();
        }
    }

    /** Waits for the oldest result and gives out what is then ready. Only while something is outstanding. */
    public void drainHead() {
        awaitHead(commitWaitMillis);
        drainReady();
    }

    /** Gives out whatever is ready, up to the first that is not. */
    public void drainReady() {
        Pending<T> head = queue.peek();
        while (head != null && head.result.isDone()) {
            giveOut(head);
            head = queue.peek();
        }
    }

    /** Gives out everything, waiting for it. Call from the commit hook. */
    public void drainAll() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(commitWaitMillis);
        drainReady();
        while (!queue.isEmpty()) {
            awaitHead(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
            drainReady();
        }
    }

    /** Runs work of this processor that belongs to no record. */
    public void outOfBand(Runnable action) {
        forwarder.run(action);
    }

    public int outstanding() {
        return queue.size();
    }

    /** Forgets what is outstanding: the task is closing, and whoever takes it over reads those records again. */
    public void clear() {
        queue.clear();
    }

    private void giveOut(Pending<T> head) {
        T value = valueOf(head.result);
        queue.remove();
        forwarder.run(head.origin, () -> sink.accept(value));
    }

    private void awaitHead(long millis) {
        try {
            queue.element().result.get(Math.max(1, millis), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TooSlowException(queue.size(), commitWaitMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TooSlowException(queue.size(), commitWaitMillis);
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    private static <T> T valueOf(CompletableFuture<T> done) {
        try {
            return done.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted on a completed result", e);
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(ExecutionException e) {
        return e.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException("work failed with a checked exception", e.getCause());
    }
}
