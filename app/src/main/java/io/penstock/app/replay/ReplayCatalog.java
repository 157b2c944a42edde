package io.penstock.app.replay;

import io.penstock.app.node.CatalogWriter;
import io.penstock.connector.recorded.Objective;
import io.penstock.connector.recorded.RecordedArm;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedVerifier;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Escalation;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.RoutingProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The catalog of a replay: a card for each model of the pool, and a profile that scores as the replay's reward does. */
public final class ReplayCatalog {
    private static final double NANOS_PER_USD = 1e9;

    private ReplayCatalog() {}

    static List<CatalogEntry> entries(RecordedOutcomes outcomes, RoutingProfile profile) {
        List<CatalogEntry> entries = new ArrayList<>();
        for (RecordedArm arm : outcomes.arms()) {
            entries.add(CatalogWriter.of(arm.card()));
        }
        entries.add(CatalogWriter.of("default", profile));
        return entries;
    }

    public static RoutingProfile profile(
            RecordedOutcomes outcomes, ReplaySettings settings, Map<String, String> policyOptions) {
        Objective objective = outcomes.objective();
        RoutingProfile.Builder profile = RoutingProfile.newBuilder()
                .setWeights(weights(objective, settings.lambda()))
                .setEscalation(escalation(objective, settings.cascade()))
                .setPolicy(settings.policy())
                .setPolicyOptions(policyOptions);
        double reference = outcomes.reference();
        if (reference > 0) {
            switch (objective) {
                case COST_USD -> profile.setCostReferenceNanos(Math.max(1, Math.round(reference * NANOS_PER_USD)));
                case LATENCY_MS -> profile.setLatencyReferenceMs(reference);
                case ENERGY_J -> profile.setEnergyReferenceJoules(reference);
            }
        }
        return profile.build();
    }

    private static ObjectiveWeights weights(Objective objective, double lambda) {
        return ObjectiveWeights.newBuilder()
                .setQuality(1)
                .setCost(objective == Objective.COST_USD ? lambda : 0)
                .setLatency(objective == Objective.LATENCY_MS ? lambda : 0)
                .setEnergy(objective == Objective.ENERGY_J ? lambda : 0)
                .build();
    }

    private static @Nullable Escalation escalation(Objective objective, ReplaySettings.@Nullable Cascade cascade) {
        return cascade == null
                ? null
                : new Escalation(RecordedVerifier.SIGNAL, 0.5, cascade.rungs(), weights(objective, cascade.lambda()));
    }

    /** Static weights need a weight for each model; equal ones unless others are given. */
    static Map<String, String> options(RecordedOutcomes outcomes, ReplaySettings settings, Map<String, String> given) {
        if (!settings.policy().equals("static") || !given.isEmpty()) {
            return given;
        }
        Map<String, String> equal = new HashMap<>();
        outcomes.arms().forEach(arm -> equal.put(arm.slug(), "1"));
        return equal;
    }
}
