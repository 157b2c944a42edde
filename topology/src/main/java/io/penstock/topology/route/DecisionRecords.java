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
     * @param policies null when nothing learned was used
     */
    record Grounds(
            long catalogVersion,
            @Nullable PolicyUse policies,
            ObjectiveWeights weights,
            @Nullable Rule rule,
            String ruleVersion,
            long seed) {}

    /** Where and when it was made. */
    record Place(Lane lane, int partition, long sequence, String decisionId, long decidedAt) {}

    private DecisionRecords() {}

    static Decision base(OpenRequest open, InferenceRequest request, Place place, int attempt) {
        return Decision.newBuilder()
                .setDecisionId(place.decisionId())
                .setTenant(open.identity().tenant())
                .setRequestId(open.identity().requestId())
                .setSessionId(request.getSessionId())
                .setLane(place.lane())
                .setRoutingKey(open.routingKey())
                .setRoutePartition(place.partition())
                .setRouteSequence(place.sequence())
                .setSourceTopic(open.source().topic())
                .setSourcePartition(open.source().partition())
                .setSourceOffset(open.source().offset())
                .setAttempt(attempt)
                .setRequestTime(Instant.ofEpochMilli(open.requestTime()))
                .setDecidedAt(Instant.ofEpochMilli(place.decidedAt()))
                .setBodyHash(ByteBuffer.wrap(open.bodyHash().get()))
                .setExpiresAt(Instant.ofEpochMilli(open.expiresAt()))
                .setReplyTo(request.getReplyTo())
                .setBatchId(request.getBatchId())
                .setAttributes(Map.copyOf(request.getAttributes()))
                .build();
    }

    static void ground(Decision decision, RouteRequest request, OpenRequest open, Grounds grounds) {
        decision.setCatalogVersion(grounds.catalogVersion());
        decision.setPolicies(grounds.policies() == null ? List.of() : List.of(grounds.policies()));
        decision.setWeights(grounds.weights());
        decision.setRule(grounds.rule() == null ? null : grounds.rule().getName());
        decision.setRuleVersion(grounds.rule() == null ? null : grounds.ruleVersion());
        decision.setSeed(grounds.seed());
        decision.setSignals(request.signals());
        decision.setInputTokens(request.inputTokens());
        decision.setFeatures(FeatureVector.newBuilder()
                .setExtractor(open.extractor())
                .setDimension(open.features().dimension())
                .setValues(ByteBuffer.wrap(open.features().toBytes()))
                .setDegraded(open.features().degraded())
                .build());
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
        long latestStart = Math.min(request.now() + startWithinMillis, request.expiresAt());
        decision.setStartBefore(Instant.ofEpochMilli(latestStart));
        decision.setCallTimeoutMs(card.getCallTimeoutMs());
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
        return Dispatch.newBuilder()
                .setDecisionId(decision.getDecisionId())
                .setTenant(decision.getTenant())
                .setRequestId(decision.getRequestId())
                .setSessionId(decision.getSessionId())
                .setLane(decision.getLane())
                .setModel(decision.getModel())
                .setAttempt(decision.getAttempt())
                .setPrompt(request.getPrompt())
                .setMessages(request.getMessages())
                .setParameters(request.getParameters())
                .setMaxOutputTokens(maxOutputTokens)
                .setStartBefore(decision.getStartBefore())
                .setCallTimeoutMs(decision.getCallTimeoutMs())
                .setIdempotencyKey(decision.getDecisionId())
                .setRequestTime(decision.getRequestTime())
                .setAttributes(request.getAttributes())
                .build();
    }
}
