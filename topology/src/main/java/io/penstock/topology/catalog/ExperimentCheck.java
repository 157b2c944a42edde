package io.penstock.topology.catalog;

import io.penstock.event.Experiment;
import io.penstock.event.ExperimentMode;
import io.penstock.event.ScopeControl;
import io.penstock.learner.Policies;
import io.penstock.schema.Keys;
import io.penstock.topology.policy.LearnedKey;
import java.util.Map;

/** Says what is wrong with an experiment, or with what is done with a scope's policy by hand. */
final class ExperimentCheck {
    private static final double LARGEST_SHARE = 0.5;
    private static final double LOWEST_CONFIDENCE = 0.5;
    private static final double HIGHEST_CONFIDENCE = 0.999999;
    private static final int LAST_GENERATION = 999_999_999;

    private ExperimentCheck() {}

    static void check(Problems problems, String id, Experiment experiment) {
        problems.require(Keys.isTenant(id), "id '" + id + "' must be the experiment's name [a-z0-9-]{1,40}");
        problems.require(id.equals(experiment.getName()), "name must be " + id + ", but is " + experiment.getName());
        checkScope(problems, experiment.getScope());
        boolean guard = experiment.getMode() == ExperimentMode.GUARD;
        if (guard) {
            problems.require(
                    experiment.getPolicy().isEmpty()
                            && experiment.getPolicyOptions().isEmpty(),
                    "policy must be empty for a guard, which decides as the scope did, but is '"
                            + experiment.getPolicy() + "'");
            problems.within("generation", experiment.getGeneration(), 1, LAST_GENERATION);
        } else {
            checkPolicy(problems, experiment.getPolicy(), experiment.getPolicyOptions());
            problems.require(
                    experiment.getGeneration() == 0,
                    "generation must be 0 but for a guard, but is " + experiment.getGeneration());
        }
        double share = experiment.getShare();
        if (experiment.getMode() == ExperimentMode.SHADOW) {
            problems.require(share == 0, "share must be 0 for a shadow, which decides nothing, but is " + share);
        } else {
            problems.require(
                    share > 0 && share <= LARGEST_SHARE,
                    "share must be above 0 and at most " + LARGEST_SHARE + ", but is " + share);
        }
        problems.within("base_records", experiment.getBaseRecords(), 0, Integer.MAX_VALUE);
        problems.within("min_outcomes", experiment.getMinOutcomes(), 1, Integer.MAX_VALUE);
        problems.require(
                experiment.getMargin() >= 0 && experiment.getMargin() <= 1,
                "margin must be from 0 to 1, but is " + experiment.getMargin());
        double confidence = experiment.getConfidence();
        problems.require(
                confidence >= LOWEST_CONFIDENCE && confidence <= HIGHEST_CONFIDENCE,
                "confidence must be from " + LOWEST_CONFIDENCE + " to " + HIGHEST_CONFIDENCE + ", but is "
                        + confidence);
    }

    static void check(Problems problems, String id, ScopeControl control) {
        problems.require(id.equals(control.getScope()), "scope must be " + id + ", but is " + control.getScope());
        checkScope(problems, control.getScope());
        problems.within("generation", control.getGeneration(), 0, LAST_GENERATION);
        problems.within("previous", control.getPrevious(), 0, LAST_GENERATION);
        problems.within("pinned", control.getPinned(), 0, LAST_GENERATION);
        problems.require(
                control.getPinned() == 0 || control.getPinned() != control.getGeneration(),
                "pinned must be another number than generation, but both are " + control.getPinned());
        problems.within("base_records", control.getBaseRecords(), 0, Integer.MAX_VALUE);
        if (!control.getPolicy().isEmpty() || !control.getPolicyOptions().isEmpty()) {
            checkPolicy(problems, control.getPolicy(), control.getPolicyOptions());
        }
    }

    private static void checkPolicy(Problems problems, String policy, Map<String, String> options) {
        try {
            Policies.byName(policy, options);
        } catch (IllegalArgumentException e) {
            problems.require(false, "policy: " + e.getMessage());
        }
    }

    private static void checkScope(Problems problems, String scope) {
        problems.require(scope.indexOf('@') < 0, "scope must be without generation, but is " + scope);
        try {
            LearnedKey unused = new LearnedKey(scope, "model", "extractor");
        } catch (IllegalArgumentException e) {
            problems.require(false, String.valueOf(e.getMessage()));
        }
    }
}
