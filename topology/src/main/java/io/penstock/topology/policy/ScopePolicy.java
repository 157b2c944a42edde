package io.penstock.topology.policy;

import io.penstock.event.PolicyUse;
import io.penstock.learner.Estimates;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.warm.WarmModel;
import io.penstock.learner.warm.WarmResiduals;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one scope has learned, frozen: a decision that holds this object has used exactly the records that {@link #use}
 * names. Thread-safe. Fitting all models takes milliseconds, so it happens once, when first asked for, in the thread that
 * asks; others wait for it.
 */
public final class ScopePolicy {
    private final String scope;
    private final int dimension;
    private final ScopeSnapshot snapshot;
    private final PriorSource priors;
    private final LearnerSettings settings;
    private final long checksum;
    private volatile @Nullable Estimates estimates;
    private volatile @Nullable WarmResiduals residuals;

    ScopePolicy(String scope, int dimension, ScopeSnapshot snapshot, PriorSource priors, LearnerSettings settings) {
        this.scope = scope;
        this.dimension = dimension;
        this.snapshot = snapshot;
        this.priors = priors;
        this.settings = settings;
        this.checksum = snapshot.checksum();
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
            Map<String, ModelStatistics> sums = snapshot.dimension() == dimension ? snapshot.sums() : Map.of();
            known = Estimates.of(dimension, sums, priors.priors(), settings);
            estimates = known;
        }
        return known;
    }

    /** What the warm model turned out to miss, for a policy of its own scope. */
    public WarmResiduals residuals(WarmModel model) {
        WarmResiduals known = residuals;
        if (known == null) {
            known = WarmResiduals.of(model, snapshot.sums());
            residuals = known;
        }
        return known;
    }

    /** For the decision: which records of the policies topic stand behind the estimates. */
    public PolicyUse use() {
        PolicyUse use = new PolicyUse();
        use.setScope(scope);
        use.setPartition(snapshot.partition());
        use.setOffset(snapshot.offset());
        use.setChecksum(checksum);
        return use;
    }

    public String scope() {
        return scope;
    }

    public int dimension() {
        return dimension;
    }

    boolean isOf(ScopeSnapshot other, int otherDimension, long priorsVersion) {
        return snapshot == other && dimension == otherDimension && priors.version() == priorsVersion;
    }
}
