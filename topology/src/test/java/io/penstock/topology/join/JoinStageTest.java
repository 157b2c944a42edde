package io.penstock.topology.join;

import static io.penstock.topology.join.Events.dispatch;
import static io.penstock.topology.join.Events.failure;
import static io.penstock.topology.join.Events.feedback;
import static io.penstock.topology.join.Events.notStarted;
import static io.penstock.topology.join.Events.reject;
import static io.penstock.topology.join.Events.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.ErrorClass;
import io.penstock.event.Feedback;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.event.RouteEvent;
import io.penstock.event.RouteEventKind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class JoinStageTest {
    private final JoinDriver join = new JoinDriver((topic, partition, due) -> true);

    @AfterEach
    void close() {
        join.close();
    }

    @Test
    void shouldAnswerSettleAndLearnFromSuccess() {
        // Given
        join.decide(dispatch(1));
        // When
        join.complete(success(1));
        // Then
        Response response = join.responses().get(0);
        assertThat(response.getKind()).isEqualTo(ResponseKind.ANSWERED);
        assertThat(response.getAnswer()).isEqualTo("forty-two");
        assertThat(response.getModel()).isEqualTo("model-1");
        assertThat(response.getAttempts()).isEqualTo(1);
        assertThat(response.getOutputTokens()).isEqualTo(22);
        assertThat(response.getSettledCostNanos()).isEqualTo(100);
        assertThat(response.getInDoubtCostNanos()).isZero();
        assertThat(response.getLatencyMs()).isEqualTo(123);
        assertThat(response.getReplyTo()).isEqualTo("replies-7");
        assertThat(response.getBatchId()).isEqualTo("batch-1");
        assertThat(response.getAttributes()).isEqualTo(Map.of("team", "blue"));
        assertThat(join.routeEvents())
                .extracting(RouteEvent::getKind, RouteEvent::getSettledCostNanos)
                .containsExactly(tuple(RouteEventKind.SETTLE, 100L));
        Outcome outcome = join.outcomes().get(0);
        assertThat(outcome.getKind()).isEqualTo(OutcomeKind.COMPLETED);
        assertThat(outcome.getFeatures()).isEqualTo(Events.features());
        assertThat(outcome.getScopes()).containsExactly("tenant/acme");
        assertThat(outcome.getPropensity()).isEqualTo(0.25);
        assertThat(outcome.getOutputTokens()).isEqualTo(22);
        assertThat(join.rows(JoinNames.LIVES)).isZero();
        assertThat(join.rows(JoinNames.TIMERS)).isZero();
    }

    @Test
    void shouldKeyAndStampEachOutput() {
        // Given
        join.decide(dispatch(1));
        // When
        join.complete(success(1));
        // Then
        assertThat(join.records(join.topics.responses("acme")))
                .singleElement()
                .satisfies(record -> assertThat(record.key()).isEqualTo("r1"));
        assertThat(join.records("penstock.route-events.online")).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("s1");
            assertThat(record.timestamp()).isEqualTo(Events.START - 100);
        });
        assertThat(join.records(join.topics.outcomes()))
                .singleElement()
                .satisfies(record -> assertThat(record.key()).isEqualTo("acme/r1"));
    }

    @Test
    void shouldAnswerWhenTheCompletionComesFirst() {
        // Given
        join.complete(success(1));
        // When
        join.decide(dispatch(1));
        // Then
        assertThat(join.responses()).extracting(Response::getKind).containsExactly(ResponseKind.ANSWERED);
        assertThat(join.rows(JoinNames.LIVES)).isZero();
        assertThat(join.rows(JoinNames.TIMERS)).isZero();
    }

    @Test
    void shouldRetryOnAnotherModelAfterAFailure() {
        // Given
        join.decide(dispatch(1));
        // When
        join.complete(failure(1, ErrorClass.SERVER_ERROR, true));
        join.decide(dispatch(2));
        join.complete(success(2));
        // Then
        assertThat(join.routeEvents())
                .extracting(
                        RouteEvent::getKind,
                        RouteEvent::getReason,
                        RouteEvent::getExcludeModel,
                        RouteEvent::getSettledCostNanos)
                .containsExactly(
                        tuple(RouteEventKind.REROUTE, "server_error", "model-1", 100L),
                        tuple(RouteEventKind.SETTLE, "answered", null, 200L));
        Response response = join.responses().get(0);
        assertThat(response.getAttempts()).isEqualTo(2);
        assertThat(response.getSettledCostNanos()).isEqualTo(300);
        assertThat(join.outcomes()).extracting(Outcome::getDecisionId).containsExactly("d2");
    }

    @Test
    void shouldNotExcludeAModelThatWasNeverAsked() {
        // Given
        join.decide(dispatch(1));
        // When
        join.complete(notStarted(1));
        // Then
        assertThat(join.routeEvents())
                .extracting(RouteEvent::getKind, RouteEvent::getReason, RouteEvent::getExcludeModel)
                .containsExactly(tuple(RouteEventKind.REROUTE, "late", null));
    }

    @Test
    void shouldFailAfterTheLastAttempt() {
        // Given
        for (int attempt = 1; attempt <= 2; attempt++) {
            join.decide(dispatch(attempt));
            join.complete(failure(attempt, ErrorClass.RATE_LIMITED, true));
        }
        join.decide(dispatch(3));
        // When
        join.complete(failure(3, ErrorClass.RATE_LIMITED, true));
        // Then
        Response response = join.responses().get(0);
        assertThat(response.getKind()).isEqualTo(ResponseKind.FAILED);
        assertThat(response.getReason()).isEqualTo("rate_limited");
        assertThat(response.getDetail()).isEqualTo("HTTP 503");
        assertThat(response.getSettledCostNanos()).isEqualTo(600);
        assertThat(join.routeEvents())
                .extracting(RouteEvent::getKind)
                .containsExactly(RouteEventKind.REROUTE, RouteEventKind.REROUTE, RouteEventKind.CLOSE);
        assertThat(join.outcomes()).isEmpty();
    }

    @Test
    void shouldFailAtOnceIfARetryCannotHelp() {
        // Given
        join.decide(dispatch(1));
        // When
        join.complete(failure(1, ErrorClass.BAD_REQUEST, false));
        // Then
        assertThat(join.responses())
                .extracting(Response::getKind, Response::getReason)
                .containsExactly(tuple(ResponseKind.FAILED, "bad_request"));
    }

    @Test
    void shouldRejectWithReasonAndDetail() {
        // Given
        Decision reject = reject(1);
        // When
        join.decide(reject);
        // Then
        assertThat(join.responses())
                .extracting(Response::getKind, Response::getReason, Response::getDetail, Response::getDecisionId)
                .containsExactly(tuple(ResponseKind.REJECTED, "no_candidates", "every model was dropped", "d1"));
        assertThat(join.routeEvents()).isEmpty();
    }

    @Test
    void shouldFailWithTheLastErrorIfNoCandidateIsLeft() {
        // Given
        join.decide(dispatch(1));
        join.complete(failure(1, ErrorClass.CONNECTION, true));
        // When
        join.decide(reject(2));
        // Then
        assertThat(join.responses())
                .extracting(Response::getKind, Response::getReason)
                .containsExactly(tuple(ResponseKind.FAILED, "connection"));
    }

    @Test
    void shouldRetryAfterTheLeaseAndReportTheCostInDoubt() {
        // Given
        join.decide(dispatch(1));
        join.pass(Duration.ofMillis(Events.LEASE_END - Events.START - 200));
        assertThat(join.routeEvents()).isEmpty();
        // When
        join.pass(Duration.ofMillis(400));
        join.decide(dispatch(2));
        join.complete(success(2));
        // Then
        assertThat(join.routeEvents())
                .extracting(RouteEvent::getKind, RouteEvent::getReason, RouteEvent::getExcludeModel)
                .containsExactly(
                        tuple(RouteEventKind.REROUTE, "timeout", "model-1"),
                        tuple(RouteEventKind.SETTLE, "answered", null));
        assertThat(join.cancellations())
                .singleElement()
                .satisfies(cancel -> assertThat(cancel.getDecisionId()).isEqualTo("d1"));
        Response response = join.responses().get(0);
        assertThat(response.getSettledCostNanos()).isEqualTo(200);
        assertThat(response.getInDoubtCostNanos()).isEqualTo(1000);
    }

    @Test
    void shouldSettleALateCompletionAfterTheEnd() {
        // Given
        join.decide(dispatch(1));
        join.pass(Duration.ofMillis(Events.LEASE_END - Events.START + 200));
        join.decide(dispatch(2));
        join.complete(success(2));
        join.routeEvents();
        join.outcomes();
        // When
        join.complete(success(1));
        join.complete(success(1));
        // Then
        assertThat(join.routeEvents())
                .extracting(RouteEvent::getKind, RouteEvent::getSettledCostNanos)
                .containsExactly(tuple(RouteEventKind.SETTLE, 100L));
        assertThat(join.outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.getDecisionId()).isEqualTo("d1");
            assertThat(outcome.getFeatures()).isEqualTo(Events.features());
        });
        assertThat(join.responses()).hasSize(1);
        assertThat(join.counted).contains("join.late-completion", "join.duplicate-completion");
    }

    @Test
    void shouldExpireAndCancelTheCallInFlight() {
        // Given
        Decision decision = dispatch(1);
        decision.setCallTimeoutMs(3_600_000);
        join.decide(decision);
        // When
        join.pass(Duration.ofMillis(300_200));
        // Then
        assertThat(join.responses())
                .extracting(Response::getKind, Response::getInDoubtCostNanos)
                .containsExactly(tuple(ResponseKind.EXPIRED, 1000L));
        assertThat(join.routeEvents()).extracting(RouteEvent::getKind).containsExactly(RouteEventKind.CLOSE);
        assertThat(join.cancellations()).hasSize(1);
        assertThat(join.rows(JoinNames.TIMERS)).isZero();
    }

    @Test
    void shouldFailIfRouteDoesNotDecideAgain() {
        // Given
        Decision decision = dispatch(1);
        decision.setExpiresAt(null);
        join.decide(decision);
        join.complete(failure(1, ErrorClass.SERVER_ERROR, true));
        // When
        join.pass(Duration.ofMinutes(6));
        // Then
        assertThat(join.responses())
                .extracting(Response::getKind, Response::getReason)
                .containsExactly(tuple(ResponseKind.FAILED, "no_decision"));
    }

    @Test
    void shouldCancelAnOpenRequest() {
        // Given
        join.decide(dispatch(1));
        // When
        join.cancel();
        join.complete(success(1));
        // Then
        assertThat(join.responses())
                .extracting(Response::getKind, Response::getDetail)
                .containsExactly(tuple(ResponseKind.CANCELLED, "client left"));
        assertThat(join.cancellations()).hasSize(1);
        assertThat(join.routeEvents())
                .extracting(RouteEvent::getKind, RouteEvent::getSettledCostNanos)
                .containsExactly(tuple(RouteEventKind.CLOSE, 0L), tuple(RouteEventKind.SETTLE, 100L));
    }

    @Test
    void shouldCancelAtTheFirstDecisionIfTheCancelCameFirst() {
        // Given
        join.cancel();
        // When
        join.decide(dispatch(1));
        // Then
        assertThat(join.responses()).extracting(Response::getKind).containsExactly(ResponseKind.CANCELLED);
        assertThat(join.cancellations())
                .singleElement()
                .satisfies(cancel -> assertThat(cancel.getDecisionId()).isEqualTo("d1"));
    }

    @Test
    void shouldJudgeEarlyLateDuplicateAndChangedFeedback() {
        // Given
        Feedback sampled = feedback("early", 0.25);
        sampled.setSamplingProbability(0.5);
        join.judge(sampled);
        join.decide(dispatch(1));
        join.complete(success(1));
        // When
        join.judge(feedback("late", 1));
        join.judge(feedback("late", 1));
        join.judge(feedback("early", 0.75));
        // Then
        assertThat(join.outcomes())
                .extracting(
                        Outcome::getKind,
                        Outcome::getFeedbackId,
                        Outcome::getQuality,
                        Outcome::getReplacedQuality,
                        Outcome::getWeight)
                .containsExactly(
                        tuple(OutcomeKind.COMPLETED, null, null, null, 1.0),
                        tuple(OutcomeKind.JUDGED, "early", 0.25, null, 2.0),
                        tuple(OutcomeKind.JUDGED, "late", 1.0, null, 1.0),
                        tuple(OutcomeKind.CORRECTED, "early", 0.75, 0.25, 2.0));
        assertThat(join.counted).contains("join.duplicate-feedback");
    }

    @Test
    void shouldLearnNothingFromFeedbackWithoutAnAnswer() {
        // Given
        join.decide(reject(1));
        // When
        join.judge(feedback("f1", 1));
        // Then
        assertThat(join.outcomes()).isEmpty();
        assertThat(join.counted).contains("join.feedback-without-answer");
    }

    @Test
    void shouldBoundTheVerdictsItRemembers() {
        // Given
        join.decide(dispatch(1));
        join.complete(success(1));
        // When
        for (int i = 0; i < 50; i++) {
            join.judge(feedback("f" + i, 1));
        }
        join.judge(feedback("f0", 1));
        // Then
        assertThat(join.outcomes()).hasSizeBetween(1 + 4, 1 + 8);
        assertThat(join.counted).contains("join.feedback-overflow", "join.duplicate-feedback");
    }

    @Test
    void shouldForgetAClosedRequestAfterTheHorizon() {
        // Given
        join.decide(dispatch(1));
        join.complete(success(1));
        join.outcomes();
        // When
        join.pass(Duration.ofHours(25));
        join.judge(feedback("f1", 1));
        join.pass(Duration.ofMinutes(6));
        // Then
        assertThat(join.outcomes()).isEmpty();
        assertThat(join.deadLetters()).extracting(JoinDriver::reason).containsExactly("orphan");
    }

    @Test
    void shouldFailAnAnswerThatFitsNoResponse() {
        // Given
        join.decide(dispatch(1));
        Completion completion = success(1);
        completion.setAnswer("x".repeat(8 * 1024 * 1024 - 256 * 1024));
        // When
        join.complete(completion);
        // Then
        assertThat(join.responses())
                .extracting(Response::getKind, Response::getReason, Response::getAnswer)
                .containsExactly(tuple(ResponseKind.FAILED, "answer_too_large", null));
        assertThat(join.routeEvents())
                .extracting(RouteEvent::getKind, RouteEvent::getSettledCostNanos)
                .containsExactly(tuple(RouteEventKind.CLOSE, 100L));
    }
}
