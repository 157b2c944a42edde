package io.penstock.topology.join;

import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.ErrorClass;
import io.penstock.event.FeatureVector;
import io.penstock.event.Feedback;
import io.penstock.event.Lane;
import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.schema.Identity;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Events of one request, acme/r1, to be changed by the test that needs them otherwise. */
final class Events {
    static final Identity IDENTITY = new Identity("acme", "r1");
    static final long START = 1_000_000;
    static final long CALL_TIMEOUT = 10_000;
    static final long START_WITHIN = 5_000;
    static final long EXPIRES_AT = START + 300_000;
    /** With the default skew of 2 s. */
    static final long LEASE_END = START + START_WITHIN + CALL_TIMEOUT + 2_000;

    private Events() {}

    static Decision dispatch(int attempt, String decisionId, String session) {
        Decision decision = base(attempt, decisionId, session);
        decision.setKind(DecisionKind.DISPATCH);
        decision.setModel("model-" + attempt);
        decision.setPropensity(0.25);
        decision.setReservedCostNanos(1000L * attempt);
        decision.setStartBefore(Instant.ofEpochMilli(START + START_WITHIN));
        decision.setCallTimeoutMs(CALL_TIMEOUT);
        return decision;
    }

    static Decision dispatch(int attempt) {
        return dispatch(attempt, "d" + attempt, "s1");
    }

    static Decision accepted() {
        Decision decision = base(0, "d0", "s1");
        decision.setKind(DecisionKind.ACCEPTED);
        return decision;
    }

    static Decision reject(int attempt) {
        Decision decision = base(attempt, "d" + attempt, "s1");
        decision.setKind(DecisionKind.REJECT);
        decision.setRejectReason("no_candidates");
        decision.setRejectDetail("every model was dropped");
        return decision;
    }

    private static Decision base(int attempt, String decisionId, String session) {
        Decision decision = new Decision();
        decision.setDecisionId(decisionId);
        decision.setTenant(IDENTITY.tenant());
        decision.setRequestId(IDENTITY.requestId());
        decision.setSessionId(session);
        decision.setLane(Lane.ONLINE);
        decision.setRoutingKey(session == null ? IDENTITY.requestId() : session);
        decision.setSourceTopic("penstock.requests.online.acme");
        decision.setAttempt(attempt);
        decision.setRequestTime(Instant.ofEpochMilli(START - 100));
        decision.setDecidedAt(Instant.ofEpochMilli(START));
        decision.setBodyHash(ByteBuffer.wrap(new byte[16]));
        decision.setCandidates(List.of());
        decision.setPolicy("squarecb");
        decision.setPolicies(List.of(new PolicyUse("tenant/acme", 0, 7L, 0L, PolicyRole.LEARNS)));
        decision.setExperiments(List.of());
        decision.setSignals(Map.of());
        decision.setFeatures(features());
        decision.setExpiresAt(Instant.ofEpochMilli(EXPIRES_AT));
        decision.setReplyTo("replies-7");
        decision.setBatchId("batch-1");
        decision.setAttributes(Map.of("team", "blue"));
        return decision;
    }

    static FeatureVector features() {
        ByteBuffer values = ByteBuffer.allocate(64 * Float.BYTES);
        for (int i = 0; i < 64; i++) {
            values.putFloat(i / 64f);
        }
        return new FeatureVector("lexical-0123456789abcdef", 64, values.flip(), false);
    }

    static Completion success(int attempt) {
        Completion completion = base(attempt);
        completion.setStatus(CompletionStatus.SUCCESS);
        completion.setAnswer("forty-two");
        completion.setFinishReason("stop");
        completion.setErrorClass(ErrorClass.NONE);
        return completion;
    }

    static Completion failure(int attempt, ErrorClass error, boolean retryable) {
        Completion completion = base(attempt);
        completion.setStatus(CompletionStatus.FAILED);
        completion.setErrorClass(error);
        completion.setErrorMessage("HTTP 503");
        completion.setRetryable(retryable);
        return completion;
    }

    static Completion notStarted(int attempt) {
        Completion completion = base(attempt);
        completion.setStatus(CompletionStatus.NOT_STARTED);
        completion.setErrorClass(ErrorClass.LATE);
        completion.setCostNanos(0);
        return completion;
    }

    private static Completion base(int attempt) {
        Completion completion = Completion.newBuilder().build();
        completion.setDecisionId("d" + attempt);
        completion.setTenant(IDENTITY.tenant());
        completion.setRequestId(IDENTITY.requestId());
        completion.setAttempt(attempt);
        completion.setModel("model-" + attempt);
        completion.setInputTokens(11);
        completion.setOutputTokens(22);
        completion.setCostNanos(100L * attempt);
        completion.setLatencyMs(123);
        completion.setConfidence(Map.of());
        completion.setEndpoint("http://localhost");
        completion.setDispatcher("dispatcher-1");
        completion.setFinishedAt(Instant.ofEpochMilli(START + 500));
        return completion;
    }

    static Feedback feedback(String id, double value) {
        Feedback feedback = new Feedback();
        feedback.setFeedbackId(id);
        feedback.setRequestId(IDENTITY.requestId());
        feedback.setTenant(IDENTITY.tenant());
        feedback.setSource("user");
        feedback.setKind("quality");
        feedback.setValue(value);
        feedback.setSamplingProbability(1);
        return feedback;
    }

    static Event seen(Decision decision) {
        return new Event.DecisionSeen(decision);
    }

    static Event seen(Completion completion) {
        return new Event.CompletionSeen(completion);
    }

    static Event seen(Feedback feedback) {
        return new Event.FeedbackSeen(feedback);
    }

    static Event cancel() {
        return new Event.CancelSeen("client left");
    }

    static Event timer(TimerKind kind) {
        return new Event.TimerFired(kind);
    }
}
