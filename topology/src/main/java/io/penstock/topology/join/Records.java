package io.penstock.topology.join;

import io.penstock.event.Cancellation;
import io.penstock.event.Completion;
import io.penstock.event.Feedback;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fills the records that the stage writes. */
final class Records {
    private Records() {}

    /**
     * What is answered.
     *
     * @param missed what it did not pass, though it was taken; null = nothing
     * @param auditProbability 0 = it is not drawn
     */
    record Answer(Completion completion, @Nullable Ladder missed, double auditProbability) {}

    static Effect answered(OpenRequest request, Attempt attempt, Answer answer, long now) {
        Completion completion = answer.completion();
        Response response = response(request, now);
        if (answer.missed() != null) {
            response.setReason(EscalationRules.LOW_CONFIDENCE);
            response.setDetail(answer.missed().shortfall(completion));
        }
        response.setKind(ResponseKind.ANSWERED);
        response.setAnswer(completion.getAnswer());
        response.setFinishReason(completion.getFinishReason());
        response.setModel(attempt.model());
        response.setDecisionId(attempt.decisionId());
        response.setInputTokens(completion.getInputTokens());
        response.setOutputTokens(completion.getOutputTokens());
        response.setLatencyMs(completion.getLatencyMs());
        response.setAuditProbability(answer.auditProbability());
        return new Effect.Respond(response);
    }

    static Effect ended(OpenRequest request, EndRules.End end, long now) {
        Response response = response(request, now);
        response.setKind(end.kind());
        response.setReason(end.reason());
        response.setDetail(end.detail().isEmpty() ? null : end.detail());
        request.attempts().stream()
                .max(Comparator.comparingInt(Attempt::number))
                .ifPresent(last -> {
                    response.setModel(last.model());
                    response.setDecisionId(last.decisionId());
                });
        if (end.decisionId() != null) {
            response.setDecisionId(end.decisionId());
        }
        return new Effect.Respond(response);
    }

    private static Response response(OpenRequest request, long now) {
        Address address = request.address();
        Response response = new Response();
        response.setRequestId(address.requestId());
        response.setTenant(address.tenant());
        response.setSessionId(address.sessionId());
        response.setAttempts(request.lastNumber());
        response.setSettledCostNanos(request.settledNanos());
        response.setInDoubtCostNanos(request.inDoubtNanos());
        response.setReplyTo(request.reply().replyTo());
        response.setBatchId(request.reply().batchId());
        response.setAttributes(request.reply().attributes());
        response.setRequestTime(Instant.ofEpochMilli(address.requestTime()));
        response.setFinishedAt(Instant.ofEpochMilli(now));
        return response;
    }

    static Effect cancel(Address address, String decisionId, String reason, long now) {
        Cancellation cancellation =
                new Cancellation(address.tenant(), address.requestId(), decisionId, reason, Instant.ofEpochMilli(now));
        return new Effect.CancelCalls(cancellation);
    }

    static Effect completed(Basis basis, Completion completion) {
        Outcome outcome = outcome(basis, OutcomeKind.COMPLETED);
        outcome.setTenant(completion.getTenant());
        outcome.setRequestId(completion.getRequestId());
        outcome.setDecisionId(completion.getDecisionId());
        outcome.setAttempt(completion.getAttempt());
        outcome.setModel(completion.getModel());
        outcome.setInputTokens(completion.getInputTokens());
        outcome.setOutputTokens(completion.getOutputTokens());
        outcome.setCostNanos(Math.max(0, completion.getCostNanos()));
        outcome.setLatencyMs(completion.getLatencyMs());
        outcome.setEnergyJoules(completion.getEnergyJoules());
        return new Effect.Learn(outcome);
    }

    static Effect judged(Closed closed, Closed.Judged judged, Feedback feedback, double weight) {
        return new Effect.Learn(verdict(closed, judged, feedback, weight, null));
    }

    static Effect corrected(Closed closed, Closed.Judged judged, Feedback feedback, Verdict known) {
        return new Effect.Learn(verdict(closed, judged, feedback, known.weight(), (double) known.quality()));
    }

    // Cost, length and latency are left out: COMPLETED told them, and must be the only one to move their sums.
    private static Outcome verdict(
            Closed closed, Closed.Judged judged, Feedback feedback, double weight, @Nullable Double replaced) {
        Closed.Answer answer = judged.answer();
        Basis basis = new Basis(answer.propensity(), answer.decidedAt(), judged.scopes(), closed.features());
        boolean first = replaced == null && closed.verdicts().isEmpty();
        Outcome outcome = outcome(basis, replaced == null ? OutcomeKind.JUDGED : OutcomeKind.CORRECTED);
        outcome.setTenant(feedback.getTenant());
        outcome.setRequestId(feedback.getRequestId());
        outcome.setDecisionId(answer.decisionId());
        outcome.setAttempt(answer.number());
        outcome.setModel(answer.model());
        outcome.setWeight(weight);
        outcome.setFeedbackId(feedback.getFeedbackId());
        outcome.setSource(feedback.getSource());
        outcome.setQuality(feedback.getValue());
        outcome.setReplacedQuality(replaced);
        // A test cannot take back a bet, so only the first verdict tells experiments.
        outcome.setTrials(first ? answer.trials() : List.of());
        return outcome;
    }

    private static Outcome outcome(Basis basis, OutcomeKind kind) {
        Outcome outcome = new Outcome();
        outcome.setScopes(basis.scopes());
        outcome.setKind(kind);
        outcome.setPropensity(basis.propensity());
        outcome.setFeatures(basis.features());
        outcome.setDecisionTime(Instant.ofEpochMilli(basis.decidedAt()));
        outcome.setWeight(1.0);
        outcome.setTrials(List.of());
        return outcome;
    }
}
