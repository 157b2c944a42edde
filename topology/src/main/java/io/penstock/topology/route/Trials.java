package io.penstock.topology.route;

import io.penstock.event.Experiment;
import io.penstock.event.ExperimentMode;
import io.penstock.event.PolicyUse;
import io.penstock.learner.Policy;
import io.penstock.topology.catalog.Catalog;
import io.penstock.topology.policy.Generations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The experiments that a decision takes part in.
 *
 * @param variants at most four shadows, and at most one that decides with a share: a guard before a canary, then by name
 * @param uses what they read beside what the decision reads anyway
 */
record Trials(List<Variant> variants, List<PolicyUse> uses) {
    static final Trials NONE = new Trials(List.of(), List.of());

    /** Each costs a fit of the candidates and 72 bytes of what join remembers. */
    private static final int MOST_SHADOWS = 4;

    /**
     * What is tried.
     *
     * @param policy null = the one in use
     * @param beliefs null = those in use
     */
    record Variant(
            Experiment experiment,
            @Nullable Policy policy,
            @Nullable Beliefs beliefs) {
        boolean decides() {
            return experiment.getShare() > 0;
        }
    }

    static Trials of(
            String scope,
            OpenRequest open,
            Catalog catalog,
            Readings readings,
            BiFunction<String, Map<String, String>, Policy> policies) {
        List<Variant> variants = new ArrayList<>();
        List<PolicyUse> uses = new ArrayList<>();
        for (Experiment experiment : takingPart(scope, catalog, readings)) {
            Policy policy = experiment.getPolicy().isEmpty()
                    ? null
                    : policies.apply(experiment.getPolicy(), experiment.getPolicyOptions());
            Beliefs beliefs = null;
            if (experiment.getMode() == ExperimentMode.GUARD) {
                Readings.Read base = readings.read(base(scope, experiment), open, catalog);
                beliefs = base.beliefs();
                uses.addAll(base.uses());
            }
            variants.add(new Variant(experiment, policy, beliefs));
        }
        return new Trials(variants, uses);
    }

    private static List<Experiment> takingPart(String scope, Catalog catalog, Readings readings) {
        List<Experiment> all = new ArrayList<>();
        catalog.experiments(scope).stream()
                .filter(experiment -> experiment.getMode() == ExperimentMode.SHADOW)
                .filter(readings.experiments()::isOpen)
                .limit(MOST_SHADOWS)
                .forEach(all::add);
        Experiment deciding = deciding(scope, catalog, readings);
        if (deciding != null) {
            all.add(deciding);
        }
        return all;
    }

    private static @Nullable Experiment deciding(String scope, Catalog catalog, Readings readings) {
        Experiment canary = null;
        for (Experiment experiment : catalog.experiments(scope)) {
            if (experiment.getMode() == ExperimentMode.SHADOW
                    || !readings.experiments().isOpen(experiment)) {
                continue;
            }
            if (experiment.getMode() == ExperimentMode.CANARY) {
                canary = canary == null ? experiment : canary;
            } else if (watches(scope, experiment, catalog, readings)) {
                return experiment;
            }
        }
        return canary;
    }

    /** A guard can do something only for a later generation than today's, where its whole base is here. */
    private static boolean watches(String scope, Experiment guard, Catalog catalog, Readings readings) {
        Generations.Reading today = readings.of(scope, catalog);
        int number = guard.getGeneration();
        return today.reads()
                && number > Generations.number(today.live())
                && readings.policies().records(Generations.frozen(scope, number)) >= guard.getBaseRecords();
    }

    private static Generations.Reading base(String scope, Experiment guard) {
        String frozen = Generations.frozen(scope, guard.getGeneration());
        // A base is all that is read, and nothing is to learn beyond what the decision teaches anyway.
        return new Generations.Reading("", frozen, true);
    }

    List<PolicyUse> with(List<PolicyUse> read) {
        if (uses.isEmpty()) {
            return read;
        }
        List<PolicyUse> all = new ArrayList<>(read);
        all.addAll(uses);
        return all;
    }
}
