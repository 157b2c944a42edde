package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.feature.EngineMetrics.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FeatureEngineTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private final CountingMetrics metrics = new CountingMetrics();

    @Test
    void shouldTakeWhateverWaitsUpToTheCapInOrder() {
        // Given
        Fake extractor = new Fake(2).held();
        FeatureEngine engine = engine(extractor, 1, 3, LONG);
        engine.submit(Prompt.of("first"));
        extractor.awaitCall();
        List<CompletableFuture<FeatureVector>> futures = submit(engine, "a", "bb", "ccc", "dddd");
        // When
        extractor.release();
        // Then
        assertThat(futures.stream().map(f -> f.join().get(0))).containsExactly(1f, 2f, 3f, 4f);
        assertThat(extractor.batches).containsExactly(1, 3, 1);
        await().until(() -> metrics.get(Event.EXTRACTED) == 5);
        engine.close();
    }

    @Test
    void shouldGiveADegradedVectorWhenTheDeadlinePasses() {
        // Given
        Fake extractor = new Fake(2).held();
        FeatureEngine engine = engine(extractor, 1, 8, Duration.ofMillis(30));
        CompletableFuture<FeatureVector> running = engine.submit(Prompt.of("running"));
        extractor.awaitCall();
        CompletableFuture<FeatureVector> queued = engine.submit(Prompt.of("queued"));
        // When
        List<FeatureVector> vectors = List.of(running.join(), queued.join());
        // Then
        assertThat(vectors).containsExactly(FeatureVector.degraded(2), FeatureVector.degraded(2));
        assertThat(engine.outstanding()).isZero();
        extractor.release();
        await().until(() -> metrics.get(Event.EXPIRED) == 2);
        assertThat(extractor.batches).containsExactly(1);
        engine.close();
    }

    @Test
    void shouldDegradeOnlyThePromptThatFails() {
        // Given
        Fake extractor = new Fake(2).held();
        extractor.answer = prompts -> {
            if (prompts.stream().anyMatch(p -> p.characters() == 3)) {
                throw new IllegalStateException("no");
            }
            return Fake.lengths(prompts, 2);
        };
        FeatureEngine engine = engine(extractor, 1, 8, LONG);
        engine.submit(Prompt.of("first"));
        extractor.awaitCall();
        List<CompletableFuture<FeatureVector>> futures = submit(engine, "a", "bad", "cccc");
        // When
        extractor.release();
        // Then
        assertThat(futures.stream().map(f -> f.join().degraded())).containsExactly(false, true, false);
        assertThat(futures.get(2).join().get(0)).isEqualTo(4f);
        assertThat(metrics.get(Event.FAILED)).isEqualTo(1);
        await().until(() -> metrics.get(Event.EXTRACTED) == 3);
        engine.close();
    }

    @Test
    void shouldDegradeWrongVectors() {
        assertDegraded(prompts -> List.of(FeatureVector.of(1f)), Event.INVALID);
        assertDegraded(prompts -> List.of(), Event.FAILED);
        assertDegraded(prompts -> List.of(FeatureVector.of(Float.NaN, 1f)), Event.FAILED);
        assertDegraded(prompts -> Collections.singletonList(null), Event.INVALID);
        assertDegraded(
                prompts -> {
                    throw new StackOverflowError();
                },
                Event.FAILED);
    }

    @Test
    void shouldFinishWhatWaitsWhenClosed() {
        // Given
        Fake extractor = new Fake(2).held();
        FeatureEngine engine = engine(extractor, 2, 2, LONG);
        List<CompletableFuture<FeatureVector>> futures = submit(engine, "a", "bb", "ccc", "dddd", "eeeee", "ffffff");
        extractor.awaitCall();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(engine::close);
        // When
        extractor.release();
        closing.join();
        // Then
        assertThat(futures).allSatisfy(future -> assertThat(future.getNow(null)).isNotNull());
        assertThat(futures.stream().map(f -> f.join().get(0))).containsExactly(1f, 2f, 3f, 4f, 5f, 6f);
        assertThat(extractor.closed).isTrue();
        assertThat(engine.submit(Prompt.of("late")).join().degraded()).isTrue();
        assertThat(metrics.get(Event.REFUSED)).isEqualTo(1);
    }

    @Test
    void shouldCloseInBoundedTimeWhenTheExtractorHangs() {
        // Given
        Fake extractor = new Fake(2).held();
        extractor.ignoreInterrupts = true;
        FeatureEngine engine = engine(extractor, 1, 1, Duration.ofMillis(50));
        List<CompletableFuture<FeatureVector>> futures = submit(engine, "a", "bb");
        extractor.awaitCall();
        // When
        engine.close();
        // Then
        assertThat(futures).allSatisfy(f -> assertThat(f.join().degraded()).isTrue());
        assertThat(extractor.closed).isFalse();
        extractor.release();
    }

    @Test
    void shouldEstimateTheDrainTimeFromTheMeasuredRate() {
        // Given
        AtomicLong clock = new AtomicLong();
        Fake extractor = new Fake(2);
        extractor.answer = prompts -> {
            clock.addAndGet(2_000_000 + 100_000L * prompts.size());
            return Fake.lengths(prompts, 2);
        };
        FeatureEngine engine = new FeatureEngine(extractor, new EngineSettings(1, 1, LONG), metrics, clock::get);
        for (int i = 0; i < 500; i++) {
            engine.submit(Prompt.of("x")).join();
        }
        // When
        extractor.held();
        submit(engine, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
        // Then
        assertThat(engine.outstanding()).isEqualTo(10);
        assertThat(engine.estimatedDrainMillis()).isBetween(21L, 22L);
        extractor.release();
        await().until(() -> engine.estimatedDrainMillis() == 0);
        engine.close();
    }

    @Test
    void shouldAssumeFiveMillisecondsARecordAtFirst() {
        // Given
        Fake extractor = new Fake(2).held();
        FeatureEngine engine = engine(extractor, 2, 1, LONG);
        // When
        submit(engine, "a", "b", "c", "d");
        // Then
        assertThat(engine.estimatedDrainMillis()).isEqualTo(10);
        extractor.release();
        engine.close();
    }

    @Test
    void shouldRunACheapExtractorOnTheCallersThread() {
        // Given
        List<Thread> threads = new ArrayList<>();
        Fake extractor = new Fake(2);
        extractor.cheap = true;
        extractor.answer = prompts -> {
            threads.add(Thread.currentThread());
            return Fake.lengths(prompts, 2);
        };
        FeatureEngine engine = engine(extractor, 4, 8, LONG);
        // When
        CompletableFuture<FeatureVector> future = engine.submit(Prompt.of("four"));
        // Then
        assertThat(future.getNow(null)).isEqualTo(FeatureVector.of(4f, 0f));
        assertThat(threads).containsExactly(Thread.currentThread());
        assertThat(metrics.get(Event.EXTRACTED)).isEqualTo(1);
        engine.close();
    }

    @Test
    void shouldAnswerACacheHitOnTheCallersThread() {
        // Given
        Fake extractor = new Fake(2);
        FeatureEngine engine = engine(new CachingExtractor(extractor, 10, metrics), 1, 8, LONG);
        FeatureVector first = engine.submit(Prompt.of("four")).join();
        // When
        CompletableFuture<FeatureVector> again = engine.submit(Prompt.of("four"));
        // Then
        assertThat(again.getNow(null)).isEqualTo(first);
        assertThat(extractor.batches).containsExactly(1);
        engine.close();
        assertThat(extractor.closed).isTrue();
    }

    @Test
    void shouldServeManyThreadsAtOnce() {
        // Given
        FeatureEngine engine = engine(new Fake(2), 3, 16, LONG);
        // When
        List<CompletableFuture<Boolean>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(CompletableFuture.supplyAsync(() -> {
                boolean right = true;
                for (int i = 0; i < 500; i++) {
                    right &= engine.submit(Prompt.of("x".repeat(i))).join().get(0) == i;
                }
                return right;
            }));
        }
        // Then
        assertThat(threads.stream().map(CompletableFuture::join)).containsOnly(true);
        assertThat(engine.outstanding()).isZero();
        engine.close();
    }

    private void assertDegraded(Function<List<Prompt>, List<FeatureVector>> answer, Event event) {
        CountingMetrics counted = new CountingMetrics();
        Fake extractor = new Fake(2);
        extractor.answer = answer;
        try (FeatureEngine engine = new FeatureEngine(extractor, new EngineSettings(1, 8, LONG), counted)) {
            assertThat(engine.submit(Prompt.of("x")).join()).isEqualTo(FeatureVector.degraded(2));
            assertThat(counted.get(event)).isEqualTo(1);
            assertThat(counted.get(Event.EXTRACTED)).isZero();
        }
    }

    private FeatureEngine engine(FeatureExtractor extractor, int workers, int maxBatch, Duration deadline) {
        return new FeatureEngine(extractor, new EngineSettings(workers, maxBatch, deadline), metrics);
    }

    private static List<CompletableFuture<FeatureVector>> submit(FeatureEngine engine, String... texts) {
        return List.of(texts).stream().map(t -> engine.submit(Prompt.of(t))).toList();
    }

    /** A slow extractor under the test's control: first component = length of the prompt. */
    static final class Fake implements FeatureExtractor {
        final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch called = new CountDownLatch(1);
        private final int dimension;
        private volatile CountDownLatch gate = new CountDownLatch(0);
        volatile boolean cheap;
        volatile boolean closed;
        volatile boolean ignoreInterrupts;
        volatile Function<List<Prompt>, List<FeatureVector>> answer;

        Fake(int dimension) {
            this.dimension = dimension;
            answer = prompts -> lengths(prompts, dimension);
        }

        Fake held() {
            gate = new CountDownLatch(1);
            return this;
        }

        void release() {
            gate.countDown();
        }

        void awaitCall() {
            try {
                assertThat(called.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        static List<FeatureVector> lengths(List<Prompt> prompts, int dimension) {
            return prompts.stream()
                    .map(prompt -> {
                        float[] values = new float[dimension];
                        values[0] = prompt.characters();
                        return FeatureVector.of(values);
                    })
                    .toList();
        }

        @Override
        public List<FeatureVector> extract(List<Prompt> prompts) {
            batches.add(prompts.size());
            called.countDown();
            boolean waiting = true;
            while (waiting) {
                try {
                    gate.await();
                    waiting = false;
                } catch (InterruptedException e) {
                    if (!ignoreInterrupts) {
                        throw new IllegalStateException(e);
                    }
                }
            }
            return answer.apply(prompts);
        }

        @Override
        public ExtractorId id() {
            return ExtractorId.of("fake", 1, dimension, new java.util.TreeMap<>());
        }

        @Override
        public boolean cheap() {
            return cheap;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
