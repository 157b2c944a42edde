package io.penstock.app.policy;

import io.penstock.event.CatalogEntry;
import io.penstock.event.Experiment;
import io.penstock.event.ExperimentMode;
import io.penstock.event.ExperimentState;
import io.penstock.event.ExperimentStatus;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicyEventKind;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.ScopeControl;
import io.penstock.topology.catalog.CatalogCheck;
import io.penstock.topology.policy.Generations;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pins, rolls back, releases, promotes. Each writes the base first, if there is one, then the catalog, which routers obey, then
 * the history; routers wait for a whole base, so an operation that is cut off in between changes nothing or lacks its note.
 */
public final class PolicyOperations {

    /** Who does it and why, for the record. */
    public record Author(String name, String reason) {}

    private final PolicyLog log;
    private final PolicyWriter writer;
    private final Author author;
    private final Instant now;

    public PolicyOperations(PolicyLog log, PolicyWriter writer, Author author, Instant now) {
        this.log = log;
        this.writer = writer;
        this.author = author;
        this.now = now;
    }

    /** Routers read what the scope knew as of then, and nothing it learns from now on. */
    public ScopeControl pin(String scope, @Nullable Instant asOf) {
        ScopeControl before = known(scope);
        int number = log.nextNumber(scope);
        int records = freeze(scope, number, asOf);
        ScopeControl control = ScopeControl.newBuilder(before)
                .setPinned(number)
                .setPrevious(before.getGeneration())
                .setBaseRecords(records)
                .setAsOf(asOf == null ? now : asOf)
                .setReason(author.reason())
                .build();
        apply(control, PolicyEventKind.PINNED, null, false);
        return control;
    }

    /** Routers read what the scope knew as of then and what it learns from now on; its policy too is that of then. */
    public ScopeControl rollBack(String scope, Instant asOf) {
        ScopeControl before = known(scope);
        ScopeControl then = new Checkpoints(log, scope).control(asOf);
        int number = log.nextNumber(scope);
        int records = freeze(scope, number, asOf);
        ScopeControl control = ScopeControl.newBuilder()
                .setScope(scope)
                .setGeneration(number)
                .setPrevious(before.getGeneration())
                .setBaseRecords(records)
                .setAsOf(asOf)
                .setPolicy(then == null ? "" : then.getPolicy())
                .setPolicyOptions(then == null ? Map.of() : then.getPolicyOptions())
                .setReason(author.reason())
                .build();
        apply(control, PolicyEventKind.ROLLED_BACK, null, false);
        return control;
    }

    /** Undoes a pin. */
    public ScopeControl release(String scope) {
        ScopeControl before = log.control(scope);
        if (before.getPinned() == 0) {
            throw new IllegalStateException("scope " + scope + " is not pinned, so there is nothing to release");
        }
        int generation = before.getGeneration();
        ScopeControl control = ScopeControl.newBuilder(before)
                .setPinned(0)
                .setPrevious(generation)
                .setBaseRecords(generation == 0 ? 0 : log.records(Generations.frozen(scope, generation)))
                .setAsOf(null)
                .setReason(author.reason())
                .build();
        apply(control, PolicyEventKind.RELEASED, null, false);
        return control;
    }

    /**
     * Makes a variant the policy of its scope, and ends its experiment.
     *
     * @param force whatever the evidence says
     * @throws IllegalStateException with the numbers, if the evidence does not allow it
     */
    public ScopeControl promote(String name, boolean force) {
        Experiment experiment = experiment(name);
        if (experiment.getMode() == ExperimentMode.GUARD) {
            throw new IllegalStateException("experiment " + name
                    + " is a guard, whose base takes over by itself; 'penstock policy rollback' does it by hand");
        }
        ExperimentStatus status = log.status(experiment);
        if (!force && (status == null || status.getState() != ExperimentState.PROMOTABLE)) {
            throw new IllegalStateException(refusal(experiment, status));
        }
        ScopeControl control = ScopeControl.newBuilder(log.control(experiment.getScope()))
                .setPolicy(experiment.getPolicy())
                .setPolicyOptions(experiment.getPolicyOptions())
                .setReason(author.reason())
                .build();
        apply(control, PolicyEventKind.PROMOTED, status, force);
        writer.remove("experiment/" + name);
        return control;
    }

    static String refusal(Experiment experiment, @Nullable ExperimentStatus status) {
        String head = "experiment " + experiment.getName() + " cannot be promoted: ";
        String needed = String.format(
                Locale.ROOT,
                "needed are %d verdicts and a difference of at least %.2f with confidence %s",
                experiment.getMinOutcomes(),
                0 - experiment.getMargin(),
                experiment.getConfidence());
        if (status == null) {
            return head + "it has no verdicts yet; " + needed + " (--force promotes it anyway)";
        }
        return head
                + String.format(
                        Locale.ROOT,
                        "it is %s; after %d verdicts the utility of its variant less that in use is %.3f, at least %.2f; ",
                        status.getState().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        status.getOutcomes(),
                        status.getMean(),
                        status.getLower())
                + needed + " (--force promotes it anyway)";
    }

    /**
     * Starts an experiment, or starts it anew under other settings; a guard's base is frozen first.
     *
     * @param asOf of a guard's base; null = now
     * @throws IllegalStateException if another experiment already decides a share of the scope's requests
     */
    public Experiment set(Experiment.Builder settings, @Nullable Instant asOf) {
        String scope = settings.getScope();
        requireAlone(settings);
        boolean guard = settings.getMode() == ExperimentMode.GUARD;
        int number = guard ? log.nextNumber(scope) : 0;
        Experiment experiment =
                settings.setRun(now.toEpochMilli()).setGeneration(number).build();
        CatalogEntry entry = CatalogEntry.newBuilder()
                .setKind("experiment")
                .setId(experiment.getName())
                .setBody(experiment)
                .setChangedBy(author.name())
                .setChangedAt(now)
                .build();
        List<String> problems = CatalogCheck.problems("experiment/" + experiment.getName(), entry);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "experiment " + experiment.getName() + ": " + String.join("; ", problems));
        }
        adopt(scope);
        if (guard) {
            experiment.setBaseRecords(freeze(scope, number, asOf));
        }
        writer.catalog(entry);
        return experiment;
    }

    /** Of two that decide a share, routers would obey one; so there is only one. */
    private void requireAlone(Experiment.Builder settings) {
        for (Experiment other : log.experiments().values()) {
            ExperimentStatus status = log.status(other);
            boolean ended = status != null && status.getEndedAt() != null;
            if (settings.getMode() != ExperimentMode.SHADOW
                    && other.getMode() != ExperimentMode.SHADOW
                    && !ended
                    && other.getScope().equals(settings.getScope())
                    && !other.getName().equals(settings.getName())) {
                throw new IllegalStateException("experiment " + other.getName() + " already decides a share of "
                        + other.getScope() + "; stop it first: penstock policy experiment stop " + other.getName());
            }
        }
    }

    /** Ends an experiment; what a guard has rolled back stays so. */
    public void stop(String name) {
        Experiment experiment = experiment(name);
        adopt(experiment.getScope());
        writer.remove("experiment/" + name);
    }

    /** Takes over what a guard decided, whose status another experiment of its name would replace. */
    private void adopt(String scope) {
        if (log.isDecidedByGuard(scope)) {
            writer.catalog(entry(log.control(scope)));
        }
    }

    private Experiment experiment(String name) {
        Experiment experiment = log.experiments().get(name);
        if (experiment == null) {
            throw new IllegalStateException("there is no experiment " + name + "; there are: "
                    + (log.experiments().isEmpty()
                            ? "none"
                            : String.join(", ", log.experiments().keySet())));
        }
        return experiment;
    }

    private ScopeControl known(String scope) {
        if (!log.scopes().contains(scope)) {
            throw new IllegalStateException("nothing is known of scope " + scope + "; there are: "
                    + (log.scopes().isEmpty() ? "none" : String.join(", ", log.scopes())));
        }
        return log.control(scope);
    }

    private int freeze(String scope, int number, @Nullable Instant asOf) {
        List<PolicySnapshot> frozen = new Checkpoints(log, scope).freeze(number, asOf, now);
        writer.policies(frozen);
        return frozen.size();
    }

    private void apply(
            ScopeControl control, PolicyEventKind kind, @Nullable ExperimentStatus evidence, boolean forced) {
        writer.catalog(entry(control));
        writer.history(PolicyEvent.newBuilder()
                .setKind(kind)
                .setScope(control.getScope())
                .setAt(now)
                .setControl(control)
                .setEvidence(evidence)
                .setForced(forced)
                .setChangedBy(author.name())
                .setReason(author.reason())
                .build());
    }

    private CatalogEntry entry(ScopeControl control) {
        return CatalogEntry.newBuilder()
                .setKind("policy")
                .setId(control.getScope())
                .setControl(control)
                .setChangedBy(author.name())
                .setChangedAt(now)
                .build();
    }
}
