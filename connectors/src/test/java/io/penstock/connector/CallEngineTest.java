package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Cancellation;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Dispatch;
import io.penstock.event.ErrorClass;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CallEngineTest {
    private final ManualWorker worker = new ManualWorker();
    private final FakeBackend backend = new FakeBackend();
    private final Map<String, ModelCard> cards = new HashMap<>();
    private final Map<String, BackendAnswer> answers = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<Void>> writes = new HashMap<>();
    private final OffsetLedger ledger = new OffsetLedger();
    private final Counters counters = new Counters();
    private boolean writeAtOnce = true;
    private long offset;
    private final FlowControl flow = new FlowControl(topic -> 2, () -> {});
    private final CallEngine engine = new CallEngine(parts(false), flow, counters);

    private EngineParts parts(boolean eventTime) {
        cards.put("m", Samples.card("m").build());
        return new EngineParts(
                cards::get,
                Map.of("fake", backend),
                this::publish,
                Samples.NOBODY,
                worker,
                worker,
                worker,
                100,
                eventTime,
                new Random(1));
    }

    private CompletableFuture<Void> publish(Attempt attempt, BackendAnswer answer) {
        assertThat(answers).as("one completion an attempt").doesNotContainKey(attempt.decisionId());
        answers.put(attempt.decisionId(), answer);
        CompletableFuture<Void> write = new CompletableFuture<>();
        writes.put(attempt.decisionId(), write);
        if (writeAtOnce) {
            write.complete(null);
        }
        return write;
    }

    private Attempt submit(Dispatch.Builder dispatch) {
        Attempt attempt = Samples.attempt(dispatch.build(), ledger, offset++);
        engine.submit(attempt);
        worker.run();
        return attempt;
    }

    private void answer(String requestId) {
        backend.answer(requestId);
        worker.run();
    }

    @Test
    void shouldAnswerADispatchOnce() {
        // Given
        submit(Samples.dispatch("m", "r1"));

        // When
        answer("r1");

        // Then
        assertThat(answers.get("d-r1").answer()).isEqualTo("an answer");
        assertThat(ledger.position()).hasValue(1);
        assertThat(worker.timers()).as("timeouts left behind").isZero();
        assertThat(counters.snapshot(0).completions()).containsEntry(CompletionStatus.SUCCESS, 1L);
    }

    @Test
    void shouldNeverExceedTheCardsCallsInFlight() {
        // Given
        for (int i = 0; i < 20; i++) {
            submit(Samples.dispatch("m", "r" + i));
        }

        // When
        int most = 0;
        for (int i = 0; i < 20; i++) {
            most = Math.max(most, (int) backend.open());
            answer("r" + i);
        }

        // Then
        assertThat(most).isEqualTo(2);
        assertThat(answers).hasSize(20);
        assertThat(flow.waiting()).isZero();
        assertThat(counters.snapshot(0).inFlight()).isZero();
    }

    @Test
    void shouldKeepTheSlotUntilTheCompletionIsWritten() {
        // Given
        writeAtOnce = false;
        submit(Samples.dispatch("m", "r1"));
        submit(Samples.dispatch("m", "r2"));
        submit(Samples.dispatch("m", "r3"));
        answer("r1");
        assertThat(backend.calls).doesNotContainKey("r3");
        assertThat(ledger.position()).hasValue(0);

        // When
        writes.get("d-r1").complete(null);
        worker.run();

        // Then
        assertThat(backend.calls).containsKey("r3");
        assertThat(ledger.position()).hasValue(1);
    }

    @Test
    void shouldStartOnlineBeforeBatch() {
        // Given
        submit(Samples.dispatch("m", "r1"));
        submit(Samples.dispatch("m", "r2"));
        submit(Samples.dispatch("m", "batch").setLane(Lane.BATCH));
        submit(Samples.dispatch("m", "online"));

        // When
        answer("r1");

        // Then
        assertThat(backend.calls).containsKey("online").doesNotContainKey("batch");
    }

    @Test
    void shouldNotStartAfterStartBefore() {
        // Given
        submit(Samples.dispatch("m", "r1"));
        submit(Samples.dispatch("m", "r2"));
        submit(Samples.dispatch("m", "late"));
        worker.pass(Duration.ofMillis(4_000));
        answer("r2");
        submit(Samples.dispatch("m", "too-late").setStartBefore(Samples.NOW.plusMillis(3_999)));

        // Then
        assertThat(backend.calls).containsKey("late").doesNotContainKey("too-late");

        // When
        answer("r1");

        // Then
        BackendAnswer refused = answers.get("d-too-late");
        assertThat(refused.status()).isEqualTo(CompletionStatus.NOT_STARTED);
        assertThat(refused.failure().errorClass()).isEqualTo(ErrorClass.LATE);
        assertThat(refused.inDoubt()).isFalse();
    }

    @Test
    void shouldStartAtExactlyStartBefore() {
        submit(Samples.dispatch("m", "r1").setStartBefore(Samples.NOW));

        assertThat(backend.calls).containsKey("r1");
    }

    @Test
    void shouldEndLateOnesThoughNoSlotComesFree() {
        // Given
        submit(Samples.dispatch("m", "r1").setCallTimeoutMs(0));
        submit(Samples.dispatch("m", "r2"));
        submit(Samples.dispatch("m", "waits").setStartBefore(Samples.NOW.plusMillis(10)));
        worker.pass(Duration.ofMillis(11));

        // When
        engine.sweep();
        worker.run();

        // Then
        assertThat(answers).containsOnlyKeys("d-waits");
        assertThat(flow.waiting()).isZero();
    }

    @Test
    void shouldCancelAWaitingAttemptWithoutCallingIt() {
        // Given
        submit(Samples.dispatch("m", "r1"));
        submit(Samples.dispatch("m", "r2"));
        submit(Samples.dispatch("m", "r3"));

        // When
        cancel("r3", null);

        // Then
        assertThat(answers.get("d-r3").status()).isEqualTo(CompletionStatus.CANCELLED);
        assertThat(answers.get("d-r3").inDoubt()).isFalse();
        assertThat(flow.waiting()).isZero();
        answer("r1");
        answer("r2");
        assertThat(backend.calls).doesNotContainKey("r3");
    }

    @Test
    void shouldAbortARunningCallAndSayThatItIsInDoubt() {
        // Given
        submit(Samples.dispatch("m", "r1"));

        // When
        cancel("r1", "d-r1");

        // Then
        assertThat(backend.calls.get("r1")).isCancelled();
        assertThat(answers.get("d-r1").status()).isEqualTo(CompletionStatus.CANCELLED);
        assertThat(answers.get("d-r1").failure().message()).isEqualTo("expired");
        assertThat(answers.get("d-r1").inDoubt()).isTrue();
    }

    @Test
    void shouldCancelAnAttemptThatIsReadLater() {
        // Given
        cancel("r1", null);

        // When
        submit(Samples.dispatch("m", "r1"));

        // Then
        assertThat(answers.get("d-r1").status()).isEqualTo(CompletionStatus.CANCELLED);
        assertThat(backend.made).hasValue(0);
    }

    @Test
    void shouldLeaveOtherDecisionsAndTenantsAlone() {
        // Given
        submit(Samples.dispatch("m", "r1"));
        submit(Samples.dispatch("m", "r1").setTenant("other").setDecisionId("d-other"));

        // When
        cancel("r1", "another-decision");
        cancel("r2", null);

        // Then
        assertThat(answers).isEmpty();
    }

    private void cancel(String requestId, String decisionId) {
        engine.cancel(Cancellation.newBuilder()
                .setTenant("acme")
                .setRequestId(requestId)
                .setDecisionId(decisionId)
                .setReason("expired")
                .build());
        worker.run();
    }

    @Test
    void shouldEndACallThatItsBackendForgot() {
        // Given
        submit(Samples.dispatch("m", "r1").setCallTimeoutMs(1_000));
        worker.pass(Duration.ofMillis(1_000));
        assertThat(answers).isEmpty();

        // When
        worker.pass(EngineParts.TIMEOUT_GRACE);

        // Then
        assertThat(answers.get("d-r1").status()).isEqualTo(CompletionStatus.TIMEOUT);
        assertThat(answers.get("d-r1").inDoubt()).isTrue();
        assertThat(backend.calls.get("r1")).isCancelled();
    }

    @Test
    void shouldAnswerForAModelWithoutACard() {
        submit(Samples.dispatch("unknown", "r1"));

        assertThat(answers.get("d-r1").failure().message()).isEqualTo("the catalog has no card of model 'unknown'");
        assertThat(ledger.position()).hasValue(1);
    }

    @Test
    void shouldNameTheBackendsItHas() {
        // Given
        cards.put("m", Samples.card("m").setBackend("recorded").build());

        // When
        submit(Samples.dispatch("m", "r1"));

        // Then
        assertThat(answers.get("d-r1").failure().message())
                .isEqualTo("model 'm' names backend 'recorded', which this dispatcher does not have; it has [fake]");
    }

    @Test
    void shouldTurnAThrownExceptionIntoAFailureWithoutItsMessage() {
        // Given
        submit(Samples.dispatch("m", "r1"));

        // When
        backend.calls.get("r1").completeExceptionally(new IllegalStateException(Samples.SECRET_TEXT));
        worker.run();

        // Then
        assertThat(answers.get("d-r1").failure().message())
                .isEqualTo("the backend failed with java.lang.IllegalStateException");
        assertThat(counters.snapshot(0).inFlight()).isZero();
    }

    @Test
    void shouldNotCallAgainForADispatchThatIsReadAgain() {
        // Given
        submit(Samples.dispatch("m", "r1"));
        OffsetLedger again = new OffsetLedger();
        engine.submit(Samples.attempt(Samples.dispatch("m", "r1").build(), again, 0));
        worker.run();

        // When
        answer("r1");
        OffsetLedger thirdTime = new OffsetLedger();
        engine.submit(Samples.attempt(Samples.dispatch("m", "r1").build(), thirdTime, 0));
        worker.run();

        // Then
        assertThat(backend.made).hasValue(1);
        assertThat(List.of(ledger, again, thirdTime))
                .allSatisfy(each -> assertThat(each.position()).hasValue(1));
    }

    @Test
    void shouldForgetWhatDidNotStartWhenAPartitionGoes() {
        // Given
        submit(Samples.dispatch("m", "r1"));
        submit(Samples.dispatch("m", "r2"));
        Attempt waiting = submit(Samples.dispatch("m", "r3"));

        // When
        CompletableFuture<Void> dropped = engine.drop(List.of(waiting.partition()));
        worker.run();
        answer("r1");
        answer("r2");

        // Then
        assertThat(dropped).isDone();
        assertThat(answers).containsOnlyKeys("d-r1", "d-r2");
        assertThat(ledger.position()).hasValue(2);
        submit(Samples.dispatch("m", "r3"));
        assertThat(backend.calls).containsKey("r3");
    }

    @Test
    void shouldPublishNothingOfAbortedCalls() {
        // Given
        submit(Samples.dispatch("m", "r1"));

        // When
        engine.abort();
        worker.run();

        // Then
        assertThat(backend.calls.get("r1")).isCancelled();
        assertThat(answers).isEmpty();
        assertThat(ledger.position()).hasValue(0);
    }

    @Test
    void shouldJudgeLatenessByTheRecordInEventTime() {
        // Given
        CallEngine replay = new CallEngine(parts(true), flow, counters);
        worker.pass(Duration.ofDays(1));

        // When
        replay.submit(Samples.attempt(Samples.dispatch("m", "r1").build(), ledger, offset++));
        worker.run();

        // Then
        assertThat(backend.calls).containsKey("r1");
    }
}
