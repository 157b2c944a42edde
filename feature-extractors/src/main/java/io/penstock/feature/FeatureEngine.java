package io.penstock.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one extractor for all stream tasks and threads of the process. Workers take whatever waits, up to the batch cap,
 * without lingering: batches grow by themselves as load does. A cheap extractor runs on the caller's thread, and so does
 * a cache hit.
 *
 * <p>Every submitted record gets a vector, never an exception: when the extractor fails, gives a wrong vector or is too
 * late, the vector is {@linkplain FeatureVector#degraded(int) degraded} and the metrics say why. A batch that fails is
 * tried again one by one, so that one prompt cannot spoil its neighbours.
 *
 * <p>The queue itself is not bounded: the caller bounds outstanding work by {@link #estimatedDrainMillis()}. Whatever
 * the caller attaches to a future runs on a worker or a timer thread, so must be short. Safe for concurrent use.
 */
public final class FeatureEngine implements AutoCloseable {
    /** 5 ms a record until the first batch is measured: the speed of a transformer on one core. */
    private static final double INITIAL_RECORD_NANOS = 5e6;

    private final FeatureExtractor extractor;
    private final EngineSettings settings;
    private final EngineMetrics metrics;
    private final LongSupplier nanoClock;
    private final FeatureVector degraded;
    private final SafeExtraction extraction;
    private final BlockingQueue<Pending> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ServiceRate rate = new ServiceRate(INITIAL_RECORD_NANOS);
    /** One of these in the queue ends one worker. */
    private final Pending stop = new Pending(Prompt.of(""));

    private final List<Thread> workers = new ArrayList<>();

    /** Takes over the extractor: {@link #close()} closes it. Starts the workers unless the extractor is cheap. */
    public FeatureEngine(FeatureExtractor extractor, EngineSettings settings, EngineMetrics metrics) {
        this(extractor, settings, metrics, System::nanoTime);
    }

    FeatureEngine(FeatureExtractor extractor, EngineSettings settings, EngineMetrics metrics, LongSupplier nanoClock) {
        this.extractor = extractor;
        this.settings = settings;
        this.metrics = metrics;
        this.nanoClock = nanoClock;
        degraded = FeatureVector.degraded(extractor.id().dimension());
        extraction = new SafeExtraction(extractor, metrics);
        int threads = extractor.cheap() ? 0 : settings.workers();
        for (int i = 0; i < threads; i++) {
            Thread worker = new Thread(this::work, "penstock-features-" + i);
            worker.setDaemon(true);
            workers.add(worker);
        }
        workers.forEach(Thread::start);
    }

    /** What the vectors come from. */
    public ExtractorId id() {
        return extractor.id();
    }

    /** The prompt's vector, at the latest when the deadline has passed. The future never fails. */
    public CompletableFuture<FeatureVector> submit(Prompt prompt) {
        if (closed.get()) {
            return refused();
        }
        FeatureVector ready = ready(prompt);
        if (ready != null) {
            return CompletableFuture.completedFuture(ready);
        }
        Pending pending = new Pending(prompt);
        outstanding.incrementAndGet();
        CompletableFuture<FeatureVector> answer = pending.future
                .completeOnTimeout(degraded, settings.deadline().toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((vector, error) -> outstanding.decrementAndGet());
        waiting.add(pending);
        if (closed.get() && waiting.remove(pending)) {
            // close() may have emptied the queue just before.
            refuse(pending);
        }
        return answer;
    }

    /** Records submitted and not yet answered. */
    public int outstanding() {
        return outstanding.get();
    }

    /**
     * How long the workers need for what is outstanding, from the measured time per record. The deadline bounds the
     * true time: no record stays outstanding longer.
     */
    public long estimatedDrainMillis() {
        double nanos = outstanding.get() * rate.recordNanos() / Math.max(1, workers.size());
        return (long) Math.ceil(nanos / 1e6);
    }

    /** Takes no more work, finishes what waits within the deadline, stops the workers, closes the extractor. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        workers.forEach(worker -> waiting.add(stop));
        boolean ended = join();
        List<Pending> left = new ArrayList<>();
        waiting.drainTo(left);
        left.stream().filter(pending -> pending != stop).forEach(this::refuse);
        if (ended) {
            // A worker that is stuck in native code must not see its model freed.
            extractor.close();
        }
    }

    private @Nullable FeatureVector ready(Prompt prompt) {
        if (extractor.cheap()) {
            FeatureVector vector = extraction.extract(List.of(prompt)).get(0);
            countIfGood(vector);
            return vector;
        }
        return extractor instanceof CachingExtractor caching ? caching.cached(prompt) : null;
    }

    private void work() {
        List<Pending> batch = new ArrayList<>();
        boolean running = true;
        while (running) {
            batch.clear();
            try {
                batch.add(waiting.take());
            } catch (InterruptedException e) {
                return;
            }
            waiting.drainTo(batch, settings.maxBatch() - 1);
            running = !batch.contains(stop);
            if (!running) {
                // Stops beyond the first belong to the other workers.
                int stops = (int) batch.stream().filter(p -> p == stop).count();
                batch.removeIf(p -> p == stop);
                for (int i = 1; i < stops; i++) {
                    waiting.add(stop);
                }
            }
            run(batch);
        }
    }

    private void run(List<Pending> taken) {
        List<Pending> live = new ArrayList<>(taken.size());
        for (Pending pending : taken) {
            if (pending.future.isDone()) {
                metrics.count(EngineMetrics.Event.EXPIRED);
            } else {
                live.add(pending);
            }
        }
        if (live.isEmpty()) {
            return;
        }
        long start = nanoClock.getAsLong();
        List<FeatureVector> vectors =
                extraction.extract(live.stream().map(p -> p.prompt).toList());
        rate.measured(live.size(), nanoClock.getAsLong() - start);
        for (int i = 0; i < live.size(); i++) {
            FeatureVector vector = vectors.get(i);
            if (!live.get(i).future.complete(vector)) {
                metrics.count(EngineMetrics.Event.EXPIRED);
            } else {
                countIfGood(vector);
            }
        }
    }

    private void countIfGood(FeatureVector vector) {
        if (!vector.degraded()) {
            metrics.count(EngineMetrics.Event.EXTRACTED);
        }
    }

    private boolean join() {
        long until = nanoClock.getAsLong() + settings.deadline().toNanos();
        boolean ended = true;
        for (Thread worker : workers) {
            try {
                worker.join(Math.max(1, (until - nanoClock.getAsLong()) / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (worker.isAlive()) {
                worker.interrupt();
                ended = false;
            }
        }
        return ended;
    }

    private CompletableFuture<FeatureVector> refused() {
        metrics.count(EngineMetrics.Event.REFUSED);
        return CompletableFuture.completedFuture(degraded);
    }

    private void refuse(Pending pending) {
        if (pending.future.complete(degraded)) {
            metrics.count(EngineMetrics.Event.REFUSED);
        }
    }

    /** A record in the queue. */
    private static final class Pending {
        private final Prompt prompt;
        private final CompletableFuture<FeatureVector> future = new CompletableFuture<>();

        Pending(Prompt prompt) {
            this.prompt = prompt;
        }
    }
}
