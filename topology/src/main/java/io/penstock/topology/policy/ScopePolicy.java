package io.penstock.topology.policy;

import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.learner.Estimates;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.warm.WarmModel;
import io.penstock.learner.warm.WarmResiduals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one scope has learned, frozen, or the sum of what several have, of a frozen base and since: a decision that holds this object has used exactly the records that {@link #uses}
 * names. Thread-safe. Fitting all models takes milliseconds, so it happens once, when first asked for, in the thread that
 * asks; others wait for it.
 */
public final class ScopePolicy {
    private final List<String> scopes;
    private final int dimension;
    private final List<ScopeSnapshot> snapshots;
    private final PriorSource priors;
    private final LearnerSettings settings;
    private final List<Long> checksums;
    private volatile @Nullable Estimates estimates;
    private volatile @Nullable WarmResiduals residuals;

    /** @param snapshots of the scopes, in their order */
    ScopePolicy(
            List<String> scopes,
            int dimension,
            List<ScopeSnapshot> snapshots,
            PriorSource priors,
            LearnerSettings settings) {
        this.scopes = List.copyOf(scopes);
        this.dimension = dimension;
        this.snapshots = List.copyOf(snapshots);
        this.priors = priors;
        this.settings = settings;
        this.checksums = this.snapshots.stream().map(ScopeSnapshot::checksum).toList();
    }

    /** The fit of every model that the catalog lists, from priors alone where nothing is learned. */
    public Estimates estimates() {
        Estimates known = estimates;
        return known == null ? fit() : known;
    }

    private synchronized Estimates fit() {
        Estimates known = estimates;
        if (known == null) {
            // Sums of another dimension cannot be about the features that are asked for.
            known = Estimates.of(dimension, sums(dimension), priors.priors(), settings);
            estimates = known;
        }
        return known;
    }

    /** What the warm model turned out to miss, for a policy of its own scope. */
    public WarmResiduals residuals(WarmModel model) {
        WarmResiduals known = residuals;
        if (known == null) {
            known = WarmResiduals.of(model, sums(WarmStart.DIMENSION));
            residuals = known;
        }
        return known;
    }

    private Map<String, ModelStatistics> sums(int wanted) {
        List<ScopeSnapshot> fitting = snapshots.stream()
                .filter(snapshot -> snapshot.dimension() == wanted)
                .toList();
        long latest = fitting.stream().mapToLong(ScopeSnapshot::latest).max().orElse(0);
        Map<String, ModelStatistics> sums = new HashMap<>();
        for (ScopeSnapshot snapshot : fitting) {
            snapshot.sums(latest).forEach((model, part) -> sums.merge(model, part, ModelStatistics::plus));
        }
        return sums;
    }

    /** For the decision: which records of the policies topic stand behind the estimates, scope by scope. */
    public List<PolicyUse> uses() {
        List<PolicyUse> uses = new ArrayList<>();
        for (int i = 0; i < scopes.size(); i++) {
            ScopeSnapshot snapshot = snapshots.get(i);
            PolicyRole role = Generations.isFrozen(scopes.get(i)) ? PolicyRole.FROZEN : PolicyRole.LEARNS;
            uses.add(new PolicyUse(scopes.get(i), snapshot.partition(), snapshot.offset(), checksums.get(i), role));
        }
        return uses;
    }

    public int dimension() {
        return dimension;
    }

    /** Snapshots are compared as objects. */
    boolean isOf(List<ScopeSnapshot> others, int otherDimension, long priorsVersion) {
        for (int i = 0; i < snapshots.size(); i++) {
            if (snapshots.get(i) != others.get(i)) {
                return false;
            }
        }
        return dimension == otherDimension && priors.version() == priorsVersion;
    }
}
