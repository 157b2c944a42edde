package io.penstock.topology.join;

import io.penstock.event.Decision;
import io.penstock.event.ExperimentUse;
import io.penstock.event.FeatureVector;
import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.event.Trial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What learning must know of the decision behind an outcome.
 *
 * @param scopes those that learn from it: what the decision used, but frozen ones
 * @param features the vector of record, never recomputed; null if the decision had none or it could not be kept
 * @param trials what the verdict tells experiments
 */
record Basis(
        double propensity,
        long decidedAt,
        List<String> scopes,
        @Nullable FeatureVector features,
        List<Trial> trials) {
    Basis {
        scopes = List.copyOf(scopes);
        trials = List.copyOf(trials);
    }

    /** Of a decision that took part in no experiment. */
    Basis(double propensity, long decidedAt, List<String> scopes, @Nullable FeatureVector features) {
        this(propensity, decidedAt, scopes, features, List.of());
    }

    static Basis of(Decision decision) {
        return new Basis(
                decision.getPropensity(),
                decision.getDecidedAt().toEpochMilli(),
                decision.getPolicies().stream()
                        .filter(use -> use.getRole() != PolicyRole.FROZEN)
                        .map(PolicyUse::getScope)
                        .distinct()
                        .toList(),
                decision.getFeatures(),
                decision.getExperiments().stream().map(ExperimentUse::getTrial).toList());
    }
}
