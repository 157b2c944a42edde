package io.penstock.topology.join;

import static io.penstock.topology.join.Events.accepted;
import static io.penstock.topology.join.Events.dispatch;
import static io.penstock.topology.join.Events.failure;
import static io.penstock.topology.join.Events.feedback;
import static io.penstock.topology.join.Events.notStarted;
import static io.penstock.topology.join.Events.reject;
import static io.penstock.topology.join.Events.seen;
import static io.penstock.topology.join.Events.success;
import static io.penstock.topology.join.Events.timer;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.ErrorClass;
import io.penstock.event.Feedback;
import io.penstock.event.ResponseKind;
import io.penstock.event.RouteEvent;
import io.penstock.event.RouteEventKind;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Single rules that the orders of {@link InterleavingTest} do not single out. */
final class LifeMachineTest {
    private final LifeRun run = new LifeRun();

    @Test
    void shouldExpireARequestThatIsHeldTooLong() {
        // Given
        run.apply(seen(accepted()));
        // When
        run.finish();
        // Then
        assertThat(run.now()).isEqualTo(Events.EXPIRES_AT);
        assertThat(run.response().getKind()).isEqualTo(ResponseKind.EXPIRED);
        assertThat(run.response().getAttempts()).isZero();
    }

    @Test
    void shouldEndTheLeaseAfterStartBeforeTimeoutAndSkew() {
        // Given
        run.apply(seen(dispatch(1)));
        // When
        Timer timer = run.life().timer();
        // Then
        assertThat(timer).isEqualTo(new Timer(Events.LEASE_END, TimerKind.ATTEMPT));
    }

    @Test
    void shouldExpireInsteadOfRetryingAfterTheDeadline() {
        // Given
        run.apply(seen(dispatch(1)));
        // When
        run.applyAt(seen(notStarted(1)), Events.EXPIRES_AT);
        // Then
        assertThat(run.response().getKind()).isEqualTo(ResponseKind.EXPIRED);
        assertThat(run.response().getDetail()).isEqualTo("last attempt: late");
    }

    @Test
    void shouldAnswerAfterTheDeadlineIfTheAnswerWasReadFirst() {
        // Given
        run.apply(seen(dispatch(1)));
        // When
        run.applyAt(seen(success(1)), Events.EXPIRES_AT + 1_000_000);
        // Then
        assertThat(run.response().getKind()).isEqualTo(ResponseKind.ANSWERED);
    }

    @Test
    void shouldLetALateSuccessWinAndCancelTheRetry() {
        // Given
        run.apply(seen(dispatch(1))).applyAt(timer(TimerKind.ATTEMPT), Events.LEASE_END);
        run.apply(seen(dispatch(2)));
        // When
        run.apply(seen(success(1)));
        // Then
        assertThat(run.response().getDecisionId()).isEqualTo("d1");
        assertThat(run.response().getInDoubtCostNanos()).isEqualTo(2000);
        assertThat(run.cancelled()).containsExactly("d1", "d2");
    }

    @Test
    void shouldKeepTheReservationOfAResultThatIsUnknown() {
        // Given
        Completion unknown = failure(1, ErrorClass.CONNECTION, false);
        unknown.setInDoubt(true);
        unknown.setCostNanos(0);
        run.apply(seen(dispatch(1)));
        // When
        run.apply(seen(unknown));
        // Then
        assertThat(run.response().getInDoubtCostNanos()).isEqualTo(1000);
        assertThat(run.response().getSettledCostNanos()).isZero();
    }

    @Test
    void shouldCancelADispatchThatComesAfterTheEnd() {
        // Given
        run.apply(seen(dispatch(1)))
                .apply(seen(failure(1, ErrorClass.SERVER_ERROR, true)))
                .apply(Events.cancel());
        // When
        run.apply(seen(dispatch(2))).apply(seen(success(2)));
        // Then
        assertThat(run.response().getKind()).isEqualTo(ResponseKind.CANCELLED);
        assertThat(run.cancelled()).containsExactly("d2");
        assertThat(run.routeEvents())
                .extracting(RouteEvent::getKind)
                .containsExactly(RouteEventKind.REROUTE, RouteEventKind.CLOSE, RouteEventKind.SETTLE);
    }

    @Test
    void shouldVoidASecondDispatchOfTheSameAttemptWithoutClosingTheFirst() {
        // Given
        run.apply(seen(dispatch(1)));
        // When
        run.apply(seen(dispatch(1, "again", "s1")));
        // Then
        assertThat(run.deadLetters()).containsExactly("duplicate_identity");
        assertThat(run.cancelled()).containsExactly("again");
        assertThat(run.routeEvents()).isEmpty();
    }

    @Test
    void shouldIgnoreTheSameDecisionAgain() {
        // Given
        run.apply(seen(dispatch(1)));
        Life before = run.life();
        // When
        run.apply(seen(dispatch(1)));
        // Then
        assertThat(run.life()).isEqualTo(before);
        assertThat(run.counted()).containsExactly("join.duplicate-decision");
    }

    @Test
    void shouldNotRejectTwiceForALaterRejectionOfTheSameId() {
        // Given
        run.apply(seen(dispatch(1)));
        Decision rejected = reject(1);
        rejected.setDecisionId("other");
        rejected.setSessionId("s2");
        rejected.setRoutingKey("s2");
        // When
        run.apply(seen(rejected));
        // Then
        assertThat(run.responses()).isEmpty();
        assertThat(run.deadLetters()).containsExactly("duplicate_identity");
        assertThat(run.cancelled()).isEmpty();
    }

    @Test
    void shouldIgnoreFeedbackOfAnotherKind() {
        // Given
        Feedback latency = feedback("f1", 0.5);
        latency.setKind("latency");
        run.apply(seen(dispatch(1))).apply(seen(success(1)));
        // When
        run.apply(seen(latency));
        // Then
        assertThat(run.outcomes()).hasSize(1);
        assertThat(run.counted()).containsExactly("join.feedback-not-quality");
    }

    @Test
    void shouldCapTheWeightOfRarelySampledFeedback() {
        // Given
        Feedback rare = feedback("f1", 0.5);
        rare.setSamplingProbability(1e-9);
        run.apply(seen(dispatch(1))).apply(seen(success(1)));
        // When
        run.apply(seen(rare));
        // Then
        assertThat(run.outcomes().get(1).getWeight()).isEqualTo(LifeRun.SETTINGS.maxWeight());
    }

    @Test
    void shouldCountAnOrphanOlderThanTheHorizonAsTooLate() {
        // Given
        Feedback old = feedback("f1", 0.5);
        old.setEventTime(Instant.ofEpochMilli(Events.START).minus(Duration.ofHours(25)));
        run.apply(seen(old)).apply(seen(success(1)));
        // When
        run.finish();
        // Then
        assertThat(run.counted()).containsExactly("join.too-late", "join.orphan");
        assertThat(run.deadLetters()).containsExactly("orphan", "orphan");
        assertThat(run.life().isBlank()).isTrue();
    }

    @Test
    void shouldKeepOnlyTheFirstOfSeveralLargeAnswersThatWait() {
        // Given
        Completion first = success(1);
        first.setAnswer("x".repeat(5_000_000));
        Completion second = success(2);
        second.setAnswer("y".repeat(5_000_000));
        // When
        run.apply(seen(first)).apply(seen(second));
        run.apply(seen(dispatch(1)));
        // Then
        assertThat(run.counted()).contains("join.waiting-answer-dropped");
        assertThat(run.response().getAnswer()).hasSize(5_000_000);
    }

    @Test
    void shouldNotPrintTheAnswer() {
        // Given
        run.apply(seen(dispatch(1))).apply(seen(success(1)));
        // When
        String printed = run.effects().stream()
                .filter(effect -> effect instanceof Effect.Respond)
                .toList()
                .toString();
        // Then
        assertThat(printed).doesNotContain("forty-two");
        assertThat(run.events().toString()).doesNotContain("forty-two");
    }
}
