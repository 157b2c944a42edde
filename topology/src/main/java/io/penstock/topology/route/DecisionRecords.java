package io.penstock.topology.route;

import io.penstock.event.Candidate;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Dispatch;
import io.penstock.event.FeatureVector;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.PolicyUse;
import io.penstock.event.Rule;
import io.penstock.topology.money.Allowance;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the two records of an attempt: the decision, and the dispatch that a dispatcher acts on. */
final class DecisionRecords {

    /**
     * What a decision rested on, beside the request.
     *
     * @param policies what learned was used
     */
    record Grounds(
            long catalogVersion,
            List<PolicyUse> policies,
            ObjectiveWeights weights,
            @Nullable Rule rule,
            String ruleVersion,
            long seed) {
        Grounds {
            policies = List.copyOf(policies);
        }
    }

    /** Where and when it was made. */
    record Place(Lane lane, int partition, long sequence, String decisionId, long decidedAt) {}

    private DecisionRecords() {}

    static Decision base(OpenRequest open, InferenceRequest request, Place place, int attempt) {
        // Setters, not the builder, which looks up the default of every field first.
        Decision decision = new Decision();
        decision.setDecisionId(place.decisionId());
        decision.setTenant(open.identity().tenant());
        decision.setRequestId(open.identity().requestId());
        decision.setSessionId(request.getSessionId());
        decision.setLane(place.lane());
        decision.setRoutingKey(open.routingKey());
        decision.setRoutePartition(place.partition());
        decision.setRouteSequence(place.sequence());
        decision.setSourceTopic(open.source().topic());
        decision.setSourcePartition(open.source().partition());
        decision.setSourceOffset(open.source().offset());
        decision.setAttempt(attempt);
        decision.setRequestTime(Instant.ofEpochMilli(open.requestTime()));
        decision.setDecidedAt(Instant.ofEpochMilli(place.decidedAt()));
        decision.setBodyHash(ByteBuffer.wrap(open.bodyHash().get()));
        decision.setExpiresAt(Instant.ofEpochMilli(open.expiresAt()));
        decision.setReplyTo(request.getReplyTo());
        decision.setBatchId(request.getBatchId());
        decision.setAttributes(request.getAttributes());
        decision.setPolicy("");
        decision.setPolicies(List.of());
        decision.setExperiments(List.of());
        decision.setCatalogVersion(-1);
        decision.setSignals(Map.of());
        return decision;
    }

    static void ground(Decision decision, RouteRequest request, OpenRequest open, Grounds grounds) {
        decision.setCatalogVersion(grounds.catalogVersion());
        decision.setPolicies(grounds.policies());
        decision.setWeights(grounds.weights());
        decision.setRule(grounds.rule() == null ? null : grounds.rule().getName());
        decision.setRuleVersion(grounds.rule() == null ? null : grounds.ruleVersion());
        decision.setSeed(grounds.seed());
        decision.setSignals(request.signals());
        decision.setInputTokens(request.inputTokens());
        decision.setFeatures(new FeatureVector(
                open.extractor(),
                open.features().dimension(),
                ByteBuffer.wrap(open.features().toBytes()),
                open.features().degraded()));
    }

    static void choose(Decision decision, Selection.Chosen chosen, RouteRequest request, long startWithinMillis) {
        ModelCard card = chosen.card();
        decision.setKind(DecisionKind.DISPATCH);
        decision.setCandidates(chosen.candidates());
        decision.setModel(card.getSlug());
        decision.setPropensity(chosen.propensity());
        decision.setPolicy(chosen.policy());
        decision.setPredictedCostNanos(chosen.predictedCostNanos());
        decision.setReservedCostNanos(chosen.reservedCostNanos());
        if (chosen.atCap() && decision.getBudget() != null) {
            decision.getBudget().setVerdict(Allowance.CHEAPEST);
        }
        long latestStart = Math.min(request.now() + startWithinMillis, request.expiresAt());
        decision.setStartBefore(Instant.ofEpochMilli(latestStart));
        decision.setCallTimeoutMs(card.getCallTimeoutMs());
    }

    /** @param verdict empty if no budget was asked */
    static void hold(Decision decision, List<Candidate> candidates, String verdict) {
        decision.setKind(DecisionKind.ACCEPTED);
        decision.setModel(null);
        decision.setCandidates(candidates);
        if (decision.getBudget() != null && !verdict.isEmpty()) {
            decision.getBudget().setVerdict(verdict);
        }
    }

    static void refuse(Decision decision, List<Candidate> candidates, String reason, String detail) {
        decision.setKind(DecisionKind.REJECT);
        decision.setModel(null);
        decision.setPropensity(0);
        decision.setCandidates(candidates);
        decision.setRejectReason(reason);
        decision.setRejectDetail(detail);
    }

    static Dispatch dispatch(Decision decision, InferenceRequest request, int maxOutputTokens) {
        Dispatch dispatch = new Dispatch();
        dispatch.setDecisionId(decision.getDecisionId());
        dispatch.setTenant(decision.getTenant());
        dispatch.setRequestId(decision.getRequestId());
        dispatch.setSessionId(decision.getSessionId());
        dispatch.setLane(decision.getLane());
        dispatch.setModel(decision.getModel());
        dispatch.setAttempt(decision.getAttempt());
        dispatch.setPrompt(request.getPrompt());
        dispatch.setMessages(request.getMessages());
        dispatch.setParameters(request.getParameters());
        dispatch.setMaxOutputTokens(maxOutputTokens);
        dispatch.setStartBefore(decision.getStartBefore());
        dispatch.setCallTimeoutMs(decision.getCallTimeoutMs());
        dispatch.setIdempotencyKey(decision.getDecisionId());
        dispatch.setRequestTime(decision.getRequestTime());
        dispatch.setAttributes(request.getAttributes());
        return dispatch;
    }
}
