package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.BreakerState;
import io.penstock.event.CallPolicy;
import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.DispatcherState;
import io.penstock.event.ErrorClass;
import io.penstock.event.ModelCard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the engine does with the attempts of a model whose calls fail. */
class BrokenModelTest {
    private final ManualWorker worker = new ManualWorker();
    private final FakeBackend backend = new FakeBackend();
    private final Map<String, Completion> completions = new LinkedHashMap<>();
    private final List<DispatcherState> told = new ArrayList<>();
    private final List<String> forgotten = new ArrayList<>();
    private final OffsetLedger ledger = new OffsetLedger();
    private final FlowControl flow = new FlowControl(topic -> 2, () -> {});
    private final Counters counters = new Counters();
    private final ModelCard card = Samples.card("m")
            .setMaxInFlight(10)
            .setCalls(new CallPolicy(1, false))
            .build();
    private final CallEngine engine = new CallEngine(
            new EngineParts(
                    slug -> card,
                    Map.of("fake", backend),
                    this::publish,
                    new Listener(),
                    worker,
                    worker,
                    worker,
                    100,
                    false,
                    new Random(1)),
            flow,
            counters);
    private int offset;

    private final class Listener implements StateSink {
        @Override
        public void tell(DispatcherState.Builder state) {
            told.add(state.build());
        }

        @Override
        public void forget(String model) {
            forgotten.add(model);
        }
    }

    private CompletableFuture<Void> publish(Attempt attempt, BackendAnswer answer) {
        completions.put(attempt.decisionId(), Completions.of(attempt, answer, "d", worker.instant()));
        return CompletableFuture.completedFuture(null);
    }

    private void submit(String id) {
        Attempt attempt = Samples.attempt(
                Samples.dispatch("m", id)
                        .setStartBefore(Samples.NOW.plusSeconds(600))
                        .build(),
                ledger,
                offset++);
        engine.submit(attempt);
        worker.run();
    }

    private void fail(String id) {
        Failure failure = Failure.retryable(ErrorClass.SERVER_ERROR, "HTTP 503");
        backend.calls.get(id).complete(BackendAnswer.failed(failure, Usage.NONE, false, "fake"));
        worker.run();
    }

    @BeforeEach
    void open() {
        for (int i = 0; i < 10; i++) {
            submit("r" + i);
        }
        for (int i = 0; i < 20; i++) {
            submit("w" + i);
        }
        for (int i = 0; i < 9; i++) {
            fail("r" + i);
        }
    }

    @Test
    void shouldTurnAwayWhatWaitsWithoutCallingIt() {
        // Given
        assertThat(flow.waiting()).isEqualTo(11);
        int made = backend.made.get();

        // When
        fail("r9");
        submit("comes");

        // Then
        assertThat(backend.made).hasValue(made);
        assertThat(List.of("d-w9", "d-w19", "d-comes")).map(completions::get).allSatisfy(done -> {
            assertThat(done.getStatus()).isEqualTo(CompletionStatus.NOT_STARTED);
            assertThat(done.getErrorClass()).isEqualTo(ErrorClass.UNAVAILABLE);
            assertThat(done.getRetryable()).isTrue();
            assertThat(done.getCalls()).isZero();
            assertThat(done.getInDoubt()).isFalse();
        });
        assertThat(flow.waiting()).isZero();
    }

    @Test
    void shouldTellAtOnceThatTheBreakerHasOpened() {
        // When
        fail("r9");

        // Then
        assertThat(told).singleElement().satisfies(state -> {
            assertThat(state.getModel()).isEqualTo("m");
            assertThat(state.getBreaker()).isEqualTo(BreakerState.OPEN);
        });
    }

    @Test
    void shouldComeBackByItselfWhenTheModelDoes() {
        // Given
        fail("r9");
        for (int i = 0; i < 9; i++) {
            backend.answer("w" + i);
        }
        worker.run();
        worker.pass(Duration.ofSeconds(6));

        // When
        engine.sweep();
        worker.run();
        submit("probe-1");
        submit("probe-2");
        submit("behind");
        assertThat(backend.calls).containsKeys("probe-1", "probe-2").doesNotContainKey("behind");
        backend.answer("probe-1");
        backend.answer("probe-2");
        worker.run();

        // Then
        assertThat(backend.calls).containsKey("behind");
        assertThat(told)
                .extracting(DispatcherState::getBreaker)
                .containsExactly(BreakerState.OPEN, BreakerState.HALF_OPEN, BreakerState.CLOSED);
    }

    @Test
    void shouldTurnAwayWhatWaitsBehindAProbeThatFails() {
        // Given
        fail("r9");
        worker.pass(Duration.ofSeconds(6));
        engine.sweep();
        worker.run();
        submit("probe-1");
        submit("probe-2");
        submit("behind");

        // When
        fail("probe-1");
        fail("probe-2");

        // Then
        assertThat(completions.get("d-behind").getErrorClass()).isEqualTo(ErrorClass.UNAVAILABLE);
        assertThat(completions.get("d-probe-1").getErrorClass()).isEqualTo(ErrorClass.SERVER_ERROR);
    }

    @Test
    void shouldTakeBackWhatItSaidOfAModelThatItServesNoLonger() {
        // Given
        engine.tell(Set.of("m", "n"));
        worker.run();
        assertThat(told).extracting(DispatcherState::getModel).containsExactlyInAnyOrder("m", "n");

        // When
        engine.tell(Set.of("m"));
        worker.run();

        // Then
        assertThat(forgotten).containsExactly("n");
    }
}
