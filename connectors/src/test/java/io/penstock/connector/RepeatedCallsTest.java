package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.CallPolicy;
import io.penstock.event.Cancellation;
import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Dispatch;
import io.penstock.event.ErrorClass;
import io.penstock.event.ModelCard;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An attempt whose calls fail: how the engine makes others within its lease, and what the completion says of them. */
class RepeatedCallsTest {
    private static final Duration BACKOFF = Duration.ofMillis(200);

    private final ManualWorker worker = new ManualWorker();
    private final FakeBackend backend = new FakeBackend();
    private final Map<String, ModelCard> cards = new HashMap<>();
    private final Map<String, Completion> completions = new LinkedHashMap<>();
    private final OffsetLedger ledger = new OffsetLedger();
    private final Counters counters = new Counters();
    private final FlowControl flow = new FlowControl(topic -> 2, () -> {});
    private long offset;
    private final CallEngine engine = new CallEngine(
            new EngineParts(
                    cards::get,
                    Map.of("fake", backend),
                    this::publish,
                    Samples.NOBODY,
                    worker,
                    worker,
                    worker,
                    100,
                    false,
                    new Random(1)),
            flow,
            counters);

    private CompletableFuture<Void> publish(Attempt attempt, BackendAnswer answer) {
        completions.put(attempt.decisionId(), Completions.of(attempt, answer, "d", worker.instant()));
        return CompletableFuture.completedFuture(null);
    }

    private Attempt submit(Dispatch.Builder dispatch, boolean idempotent) {
        cards.put("m", Samples.card("m").setCalls(new CallPolicy(3, idempotent)).build());
        Attempt attempt = Samples.attempt(dispatch.build(), ledger, offset++);
        engine.submit(attempt);
        worker.run();
        return attempt;
    }

    private void fail(String requestId, ErrorClass errorClass, boolean inDoubt, @Nullable Duration retryAfter) {
        Failure failure = new Failure(errorClass, "it failed", true, retryAfter);
        backend.calls.get(requestId).complete(BackendAnswer.failed(failure, Usage.afterMs(5), inDoubt, "fake"));
        worker.run();
    }

    private void answer(String requestId) {
        backend.answer(requestId);
        worker.run();
    }

    @Test
    void shouldCallAgainAndSayWhatFailed() {
        // Given
        submit(Samples.dispatch("m", "r1"), false);
        fail("r1", ErrorClass.SERVER_ERROR, false, null);
        assertThat(backend.made).hasValue(1);
        assertThat(counters.snapshot(0).inFlight()).isZero();
        worker.pass(BACKOFF);

        // When
        answer("r1");

        // Then
        Completion done = completions.get("d-r1");
        assertThat(done.getStatus()).isEqualTo(CompletionStatus.SUCCESS);
        assertThat(done.getCalls()).isEqualTo(2);
        assertThat(done.getInDoubt()).isFalse();
        assertThat(done.getFailedCalls()).singleElement().satisfies(call -> {
            assertThat(call.getErrorClass()).isEqualTo(ErrorClass.SERVER_ERROR);
            assertThat(call.getLatencyMs()).isEqualTo(5);
        });
        assertThat(worker.timers()).isZero();
        assertThat(flow.waiting()).isZero();
        assertThat(ledger.position()).hasValue(1);
    }

    @Test
    void shouldCallOthersWhileOneRests() {
        // Given
        submit(Samples.dispatch("m", "r1"), false);
        submit(Samples.dispatch("m", "r2"), false);
        submit(Samples.dispatch("m", "r3"), false);

        // When
        fail("r1", ErrorClass.RATE_LIMITED, false, null);

        // Then
        assertThat(backend.calls).containsKey("r3");
        assertThat(backend.open()).isEqualTo(2);
    }

    @Test
    void shouldNotCallBeforeRetryAfterAndNotLongAfterIt() {
        // Given
        submit(Samples.dispatch("m", "r1"), false);
        fail("r1", ErrorClass.RATE_LIMITED, false, Duration.ofSeconds(10));

        // When
        worker.pass(Duration.ofMillis(9_999));

        // Then
        assertThat(backend.made).hasValue(1);
        worker.pass(Duration.ofMillis(1_001));
        assertThat(backend.made).hasValue(2);
    }

    @Test
    void shouldEndWithTheClassOfTheLastCallAfterTheCallsOfTheCard() {
        // Given
        submit(Samples.dispatch("m", "r1"), false);
        fail("r1", ErrorClass.SERVER_ERROR, false, null);
        worker.pass(BACKOFF);
        fail("r1", ErrorClass.SERVER_ERROR, false, null);
        worker.pass(BACKOFF.multipliedBy(2));

        // When
        fail("r1", ErrorClass.RATE_LIMITED, false, null);

        // Then
        Completion done = completions.get("d-r1");
        assertThat(done.getStatus()).isEqualTo(CompletionStatus.FAILED);
        assertThat(done.getErrorClass()).isEqualTo(ErrorClass.RATE_LIMITED);
        assertThat(done.getCalls()).isEqualTo(3);
        assertThat(done.getFailedCalls()).hasSize(2);
    }

    @Test
    void shouldNotRepeatACallInDoubtUnlessKeysAreHonoured() {
        // Given
        submit(Samples.dispatch("m", "r1"), false);

        // When
        fail("r1", ErrorClass.CONNECTION, true, null);

        // Then
        assertThat(completions.get("d-r1").getInDoubt()).isTrue();
        assertThat(completions.get("d-r1").getCalls()).isEqualTo(1);
    }

    @Test
    void shouldBeInDoubtUntilAKeyIsAnswered() {
        // Given
        submit(Samples.dispatch("m", "answered"), true);
        submit(Samples.dispatch("m", "refused"), true);
        fail("answered", ErrorClass.CONNECTION, true, null);
        fail("refused", ErrorClass.CONNECTION, true, null);
        worker.pass(BACKOFF);

        // When
        answer("answered");
        fail("refused", ErrorClass.BAD_REQUEST, false, null);

        // Then
        assertThat(completions.get("d-answered").getInDoubt()).isFalse();
        assertThat(completions.get("d-refused").getInDoubt()).isTrue();
    }

    @Test
    void shouldRepeatACallThatItsBackendForgotAndIgnoreItsLateAnswer() {
        // Given
        submit(Samples.dispatch("m", "r1").setCallTimeoutMs(1_000), true);
        CompletableFuture<BackendAnswer> forgotten = backend.calls.get("r1");
        worker.pass(Duration.ofMillis(1_000).plus(EngineParts.TIMEOUT_GRACE));
        assertThat(forgotten).isCancelled();

        // When
        worker.pass(BACKOFF);

        // Then
        assertThat(backend.made).hasValue(2);
        assertThat(completions).isEmpty();
        answer("r1");
        assertThat(completions.get("d-r1").getFailedCalls())
                .extracting(call -> call.getErrorClass())
                .containsExactly(ErrorClass.TIMEOUT);
    }

    @Test
    void shouldEndWithTheFailureWhenNoSlotComesBeforeTheLeaseEnds() {
        // Given
        submit(Samples.dispatch("m", "r1").setStartBefore(Samples.NOW.plusMillis(300)), false);
        fail("r1", ErrorClass.SERVER_ERROR, false, null);
        submit(Samples.dispatch("m", "r2"), false);
        submit(Samples.dispatch("m", "r3"), false);
        worker.pass(Duration.ofMillis(301));

        // When
        engine.sweep();
        worker.run();

        // Then
        assertThat(completions.get("d-r1").getErrorClass()).isEqualTo(ErrorClass.SERVER_ERROR);
        assertThat(completions.get("d-r1").getCalls()).isEqualTo(1);
        assertThat(completions.get("d-r1").getFailedCalls()).isEmpty();
        assertThat(flow.waiting()).isZero();
    }

    @Test
    void shouldCancelWhatRests() {
        // Given
        submit(Samples.dispatch("m", "r1"), false);
        fail("r1", ErrorClass.SERVER_ERROR, false, null);

        // When
        engine.cancel(Cancellation.newBuilder()
                .setTenant("acme")
                .setRequestId("r1")
                .setReason("expired")
                .build());
        worker.run();

        // Then
        assertThat(completions.get("d-r1").getStatus()).isEqualTo(CompletionStatus.CANCELLED);
        assertThat(completions.get("d-r1").getCalls()).isEqualTo(1);
        assertThat(worker.timers()).isZero();
        assertThat(flow.waiting()).isZero();
        worker.pass(BACKOFF);
        assertThat(backend.made).hasValue(1);
    }

    @Test
    void shouldTellOfTheCallsOfWhatRestsWhenItsPartitionGoes() {
        // Given
        Attempt attempt = submit(Samples.dispatch("m", "r1"), false);
        fail("r1", ErrorClass.SERVER_ERROR, false, null);

        // When
        engine.drop(List.of(attempt.partition()));
        worker.run();

        // Then
        assertThat(completions.get("d-r1").getErrorClass()).isEqualTo(ErrorClass.SERVER_ERROR);
        assertThat(ledger.position()).hasValue(1);
        assertThat(flow.waiting()).isZero();
    }

    @Test
    void shouldLeaveTheEndpointAloneForAllWhenItAsks() {
        // Given
        submit(Samples.dispatch("m", "r1"), false);
        fail("r1", ErrorClass.RATE_LIMITED, false, Duration.ofSeconds(10));

        // When
        submit(Samples.dispatch("m", "r2"), false);
        worker.pass(Duration.ofSeconds(9));
        engine.sweep();
        worker.run();
        assertThat(backend.calls).doesNotContainKey("r2");
        worker.pass(Duration.ofMillis(1_100));
        engine.sweep();
        worker.run();

        // Then
        assertThat(backend.calls).containsKey("r2");
    }

    @Test
    void shouldNotLetWaitWhatCouldNotStartInTime() {
        // Given
        submit(Samples.dispatch("m", "r1"), false);
        fail("r1", ErrorClass.RATE_LIMITED, false, Duration.ofSeconds(300));
        int made = backend.made.get();

        // When
        submit(Samples.dispatch("m", "r2"), false);
        engine.sweep();
        worker.run();

        // Then
        Completion done = completions.get("d-r2");
        assertThat(done.getErrorClass()).isEqualTo(ErrorClass.UNAVAILABLE);
        assertThat(done.getStatus()).isEqualTo(CompletionStatus.NOT_STARTED);
        assertThat(backend.made).hasValue(made);
    }
}
