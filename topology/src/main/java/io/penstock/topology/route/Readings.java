package io.penstock.topology.route;

import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.event.ScopeControl;
import io.penstock.topology.catalog.Catalog;
import io.penstock.topology.experiment.ExperimentView;
import io.penstock.topology.policy.Generations;
import io.penstock.topology.policy.PolicyViews;
import io.penstock.topology.policy.ScopePolicy;
import io.penstock.topology.policy.WarmStart;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which sums a decision reads of a scope: what is learned now, what it was rolled back to, or what it is pinned to. */
record Readings(PolicyViews policies, ExperimentView experiments) {

    /** What was read: expectations, and the records behind them. */
    record Read(Beliefs beliefs, List<PolicyUse> uses) {
        /** The same, of a decision that reads another scope too, but does not teach it. */
        Read besides(Read other) {
            List<PolicyUse> all = new ArrayList<>(uses);
            for (PolicyUse use : other.uses) {
                if (use.getRole() != PolicyRole.UNUSED) {
                    all.add(new PolicyUse(
                            use.getScope(), use.getPartition(), use.getOffset(), use.getChecksum(), PolicyRole.FROZEN));
                }
            }
            return new Read(beliefs, all);
        }
    }

    /** As the catalog and the guards have it. The later of two rollbacks has the higher number. */
    Generations.Reading of(String scope, Catalog catalog) {
        ScopeControl control = catalog.control(scope);
        int rolledBack = experiments.generation(scope);
        if (control == null || rolledBack > Math.max(control.getGeneration(), control.getPinned())) {
            return generation(scope, rolledBack);
        }
        int pinned = control.getPinned();
        int base = pinned > 0 ? pinned : control.getGeneration();
        boolean complete = policies.records(Generations.frozen(scope, base)) >= control.getBaseRecords();
        if (pinned > 0 && complete) {
            return new Generations.Reading(
                    Generations.frozen(scope, pinned), Generations.live(scope, control.getGeneration()), false);
        }
        // Catalog and policies are read side by side: until the base is here, what was read before is.
        return generation(scope, pinned > 0 || complete ? control.getGeneration() : control.getPrevious());
    }

    private static Generations.Reading generation(String scope, int number) {
        return number == 0
                ? Generations.Reading.of(scope)
                : new Generations.Reading(Generations.frozen(scope, number), Generations.live(scope, number), true);
    }

    /** Reads the newest of it, with what the warm model has missed, if there is one for these features. */
    Read read(Generations.Reading reading, OpenRequest open, Catalog catalog) {
        ScopePolicy learned = policies.current(
                reading.scopes(), open.extractor(), open.features().dimension(), catalog);
        List<PolicyUse> uses = new ArrayList<>(learned.uses());
        WarmStart warm = policies.warm();
        if (warm == null || !warm.suits(open.extractor())) {
            addUnread(uses, reading, null);
            return new Read(new Beliefs(learned.estimates(), null, null), uses);
        }
        ScopePolicy missed = policies.current(
                reading.scopes().stream().map(warm::scope).toList(), WarmStart.RESIDUALS, WarmStart.DIMENSION, catalog);
        uses.addAll(missed.uses());
        addUnread(uses, reading, warm);
        return new Read(
                new Beliefs(learned.estimates(), new Beliefs.Warm(warm.model(), missed.residuals(warm.model())), null),
                uses);
    }

    /** Learning goes on where nobody reads. */
    private static void addUnread(List<PolicyUse> uses, Generations.Reading reading, @Nullable WarmStart warm) {
        if (reading.reads()) {
            return;
        }
        uses.add(new PolicyUse(reading.live(), -1, -1L, 0L, PolicyRole.UNUSED));
        if (warm != null) {
            uses.add(new PolicyUse(warm.scope(reading.live()), -1, -1L, 0L, PolicyRole.UNUSED));
        }
    }
}
