package io.penstock.topology.join;

import static io.penstock.topology.join.Events.cancel;
import static io.penstock.topology.join.Events.dispatch;
import static io.penstock.topology.join.Events.failure;
import static io.penstock.topology.join.Events.feedback;
import static io.penstock.topology.join.Events.reject;
import static io.penstock.topology.join.Events.seen;
import static io.penstock.topology.join.Events.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.ErrorClass;
import io.penstock.event.Escalation;
import io.penstock.event.Feedback;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.event.ResponseKind;
import io.penstock.event.RouteEvent;
import io.penstock.event.RouteEventKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Answers that are not sure enough, and what becomes of them. Every life also goes through its codec. */
final class EscalationTest {
    private final LifeRun run = new LifeRun();

    @Test
    void shouldAskABetterModelAfterAnUnsureAnswerAndLearnFromBoth() {
        // Given
        run.apply(seen(climbing(1, 1)));

        // When
        run.apply(seen(answer(1, 0.2)));
        run.apply(seen(climbing(2, 1)));
        run.apply(seen(answer(2, 0.9)));
        run.apply(seen(verdict("of the first", 0, "d1")));
        run.apply(seen(verdict("of the second", 1, "d2")));
        run.apply(seen(feedback("of the client", 0.5)));
        run.apply(seen(verdict("of nobody", 1, "d7")));

        // Then
        assertThat(run.routeEvents())
                .extracting(
                        RouteEvent::getKind,
                        RouteEvent::getReason,
                        RouteEvent::getExcludeModel,
                        RouteEvent::getEscalate,
                        RouteEvent::getSettledCostNanos)
                .containsExactly(
                        tuple(RouteEventKind.REROUTE, "low_confidence", "model-1", true, 100L),
                        tuple(RouteEventKind.SETTLE, "answered", null, false, 200L));
        assertThat(run.response().getModel()).isEqualTo("model-2");
        assertThat(run.response().getReason()).isNull();
        assertThat(run.response().getSettledCostNanos()).isEqualTo(300);
        assertThat(run.outcomes())
                .extracting(Outcome::getKind, Outcome::getModel, Outcome::getQuality, Outcome::getScopes)
                .containsExactly(
                        tuple(OutcomeKind.COMPLETED, "model-1", null, List.of("tenant/acme")),
                        tuple(OutcomeKind.COMPLETED, "model-2", null, List.of("tenant/acme/escalated")),
                        tuple(OutcomeKind.JUDGED, "model-1", 0.0, List.of("tenant/acme")),
                        tuple(OutcomeKind.JUDGED, "model-2", 1.0, List.of("tenant/acme/escalated")),
                        tuple(OutcomeKind.JUDGED, "model-2", 0.5, List.of("tenant/acme/escalated")));
        assertThat(run.counted()).contains("join.feedback-of-other-attempt");
    }

    @Test
    void shouldTakeAnAnswerThatDoesNotSayHowSureItIs() {
        // Given
        run.apply(seen(climbing(1, 1)));
        // When
        run.apply(seen(success(1)));
        // Then
        assertThat(run.response().getModel()).isEqualTo("model-1");
    }

    @Test
    void shouldAnswerWithTheSurestOnceNoRungIsLeft() {
        // Given
        run.apply(seen(climbing(1, 1)));
        // When
        run.apply(seen(answer(1, 0.3)));
        run.apply(seen(climbing(2, 1)));
        run.apply(seen(answer(2, 0.1)));
        // Then
        assertThat(run.response().getKind()).isEqualTo(ResponseKind.ANSWERED);
        assertThat(run.response().getModel()).isEqualTo("model-1");
        assertThat(run.response().getDecisionId()).isEqualTo("d1");
        assertThat(run.response().getReason()).isEqualTo("low_confidence");
        assertThat(run.response().getDetail()).isEqualTo("verifier 0.3 is below 0.5");
        assertThat(run.outcomes())
                .extracting(Outcome::getKind, Outcome::getModel)
                .containsExactly(tuple(OutcomeKind.COMPLETED, "model-1"), tuple(OutcomeKind.COMPLETED, "model-2"));
    }

    @Test
    void shouldAnswerWithWhatItHasWhenRouteFindsNothingBetter() {
        // Given
        run.apply(seen(climbing(1, 2)));
        // When
        run.apply(seen(answer(1, 0.3)));
        run.apply(seen(reject(2)));
        // Then
        assertThat(run.response().getKind()).isEqualTo(ResponseKind.ANSWERED);
        assertThat(run.response().getModel()).isEqualTo("model-1");
    }

    @Test
    void shouldAnswerWithWhatItHasWhenTheBetterModelFails() {
        // Given
        run.apply(seen(climbing(1, 2)));
        // When
        run.apply(seen(answer(1, 0.3)));
        run.apply(seen(climbing(2, 2)));
        run.apply(seen(failure(2, ErrorClass.BAD_REQUEST, false)));
        // Then
        assertThat(run.response().getKind()).isEqualTo(ResponseKind.ANSWERED);
        assertThat(run.response().getModel()).isEqualTo("model-1");
        assertThat(run.response().getSettledCostNanos()).isEqualTo(300);
    }

    @Test
    void shouldAnswerWithWhatItHasWhenTheTimeIsOverAndStopTheBetterModel() {
        // Given
        run.apply(seen(climbing(1, 2)));
        // When
        run.apply(seen(answer(1, 0.3)));
        run.apply(seen(climbing(2, 2)));
        run.applyAt(new Event.TimerFired(TimerKind.EXPIRY), Events.EXPIRES_AT);
        // Then
        assertThat(run.response().getKind()).isEqualTo(ResponseKind.ANSWERED);
        assertThat(run.response().getInDoubtCostNanos()).isEqualTo(2000);
        assertThat(run.cancelled()).containsExactly("d2");
    }

    @Test
    void shouldStayCancelledThoughThereIsAnAnswer() {
        // Given
        run.apply(seen(climbing(1, 2)));
        // When
        run.apply(seen(answer(1, 0.3)));
        run.apply(cancel());
        // Then
        assertThat(run.response().getKind()).isEqualTo(ResponseKind.CANCELLED);
        assertThat(run.response().getSettledCostNanos()).isEqualTo(100);
    }

    private static Decision climbing(int attempt, int rungs) {
        Decision decision = dispatch(attempt);
        decision.setEscalation(new Escalation("verifier", 0.5, rungs, null));
        if (attempt > 1) {
            decision.setPolicies(List.of(
                    new PolicyUse("tenant/acme/escalated", 0, 7L, 0L, PolicyRole.LEARNS),
                    new PolicyUse("tenant/acme", 0, 7L, 0L, PolicyRole.FROZEN)));
        }
        return decision;
    }

    private static Completion answer(int attempt, double confidence) {
        Completion completion = success(attempt);
        completion.setConfidence(Map.of("verifier", confidence));
        return completion;
    }

    private static Feedback verdict(String id, double value, String decisionId) {
        Feedback feedback = feedback(id, value);
        feedback.setDecisionId(decisionId);
        return feedback;
    }
}
