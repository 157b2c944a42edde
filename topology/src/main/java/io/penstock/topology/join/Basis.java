package io.penstock.topology.join;

import io.penstock.event.Decision;
import io.penstock.event.FeatureVector;
import io.penstock.event.PolicyUse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What learning must know of the decision behind an outcome.
 *
 * @param features the vector of record, never recomputed; null if the decision had none or it could not be kept
 */
record Basis(
        double propensity,
        long decidedAt,
        List<String> scopes,
        @Nullable FeatureVector features) {
    Basis {
        scopes = List.copyOf(scopes);
    }

    static Basis of(Decision decision) {
        return new Basis(
                decision.getPropensity(),
                decision.getDecidedAt().toEpochMilli(),
                decision.getPolicies().stream()
                        .map(PolicyUse::getScope)
                        .distinct()
                        .toList(),
                decision.getFeatures());
    }
}
