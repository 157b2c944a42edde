package io.penstock.app.models;

import io.penstock.event.Escalation;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.RoutingProfile;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How requests are scored, in a models file. What is left out has the default of the routing profile. */
record ProfileRow(
        @Nullable String policy,
        @Nullable Map<String, String> policyOptions,
        @Nullable Weights weights,
        @Nullable References references,
        @Nullable String pooling,
        @Nullable Integer maxAttempts,
        @Nullable Double requestTimeoutSeconds,
        @Nullable Double startWithinSeconds,
        @Nullable String fallbackModel,
        @Nullable List<String> tasks,
        @Nullable EscalationRow escalation) {
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    /** Weights of the utility; quality is 1 and the others 0 unless given. */
    record Weights(
            @Nullable Double quality,
            @Nullable Double cost,
            @Nullable Double latency,
            @Nullable Double energy) {
        ObjectiveWeights toEvent() {
            return new ObjectiveWeights(quality == null ? 1 : quality, orZero(cost), orZero(latency), orZero(energy));
        }

        private static double orZero(@Nullable Double value) {
            return value == null ? 0 : value;
        }
    }

    /** When an answer is not taken yet; rungs is 1 unless given. */
    record EscalationRow(
            @Nullable String signal,
            @Nullable Double below,
            @Nullable Integer rungs,
            @Nullable Weights weights) {
        Escalation toEvent() {
            return new Escalation(
                    signal == null ? "" : signal,
                    // Not a number is refused by name, so a missing one is too.
                    below == null ? Double.NaN : below,
                    rungs == null ? 1 : rungs,
                    weights == null ? null : weights.toEvent());
        }
    }

    /** What counts as much as all of the quality at weight 1. */
    record References(
            @Nullable Double costUsd,
            @Nullable Double latencyMs,
            @Nullable Double energyJoules) {}

    RoutingProfile toEvent() {
        RoutingProfile.Builder profile = RoutingProfile.newBuilder()
                .setWeights(weights == null ? new ObjectiveWeights(1.0, 0.0, 0.0, 0.0) : weights.toEvent())
                .setPolicyOptions(policyOptions == null ? Map.of() : policyOptions)
                .setFallbackModel(fallbackModel)
                .setTasks(tasks == null ? List.of() : tasks)
                .setEscalation(escalation == null ? null : escalation.toEvent());
        if (policy != null) {
            profile.setPolicy(policy);
        }
        if (pooling != null) {
            profile.setPooling(pooling);
        }
        setTimes(profile);
        setReferences(profile);
        return profile.build();
    }

    private void setTimes(RoutingProfile.Builder profile) {
        if (maxAttempts != null) {
            profile.setMaxAttempts(maxAttempts);
        }
        if (requestTimeoutSeconds != null) {
            profile.setRequestTimeoutMs(Math.round(requestTimeoutSeconds * MILLIS));
        }
        if (startWithinSeconds != null) {
            profile.setStartWithinMs(Math.round(startWithinSeconds * MILLIS));
        }
    }

    private void setReferences(RoutingProfile.Builder profile) {
        if (references == null) {
            return;
        }
        if (references.costUsd() != null) {
            profile.setCostReferenceNanos(Math.round(references.costUsd() * NANOS));
        }
        if (references.latencyMs() != null) {
            profile.setLatencyReferenceMs(references.latencyMs());
        }
        if (references.energyJoules() != null) {
            profile.setEnergyReferenceJoules(references.energyJoules());
        }
    }
}
