package io.penstock.learner;

import java.util.Arrays;

/**
 * What a layer below a scope (a tenant of a group) keeps of one model: Σw, Σw·x and Σw·r, and nothing quadratic. That is enough,
 * since the scope's own fit is linear: the mean residual under whatever fit the scope has by now is (Σw·r − θ·Σw·x) / Σw.
 * {@link LayerFit} reads it. For evaluations, in memory only: routers have no layers.
 *
 * <p>Order-free like {@link ModelStatistics}; nothing is forgotten, but where the scope's watch has found the model changed, what
 * the layer knew of it is out of date: the first observation after that clears it, and verdicts on decisions of before count no
 * more. Not thread-safe.
 */
public final class LayerSums {
    private final int dimension;
    private final double[] contexts;
    private double verdictSum;
    private long since;

    private LayerSums(int dimension) {
        this.dimension = dimension;
        this.contexts = new double[dimension + 1];
    }

    /** No observations. The dimension does not count the bias, which is added inside. */
    public static LayerSums empty(int dimension) {
        Checks.dimension(dimension);
        return new LayerSums(dimension);
    }

    /**
     * Adds one observation; completions teach it nothing.
     *
     * @param millis when the model was chosen, as in {@link ModelStatistics#apply(Features, Observation, long)}
     * @param changedAt decisions before this were made by a model that has changed since; 0 = it has not
     */
    public void apply(Features features, Observation observation, long millis, long changedAt) {
        if (features.dimension() != dimension) {
            throw new IllegalArgumentException(
                    "features must have dimension " + dimension + ", but have " + features.dimension());
        }
        if (changedAt > since) {
            Arrays.fill(contexts, 0);
            verdictSum = 0;
            since = changedAt;
        }
        long time = Math.max(0, millis);
        if (time < since) {
            return;
        }
        Weight weight = Decay.NONE.weight(observation.weight(), time, 0);
        if (observation instanceof Observation.Judged verdict) {
            double[] x = features.withBias();
            for (int i = 0; i < x.length; i++) {
                contexts[i] += weight.rounded(weight.value() * x[i]);
            }
            verdictSum += weight.rounded(weight.value() * verdict.quality());
        } else if (observation instanceof Observation.Corrected change) {
            verdictSum += weight.rounded(weight.value() * change.newQuality())
                    - weight.rounded(weight.value() * change.oldQuality());
        }
    }

    public int dimension() {
        return dimension;
    }

    /** Σw. */
    public double weight() {
        return contexts[0];
    }

    /** Σw·r. */
    double verdictSum() {
        return verdictSum;
    }

    /** Σw·(1, x); not to be changed. */
    double[] contexts() {
        return contexts;
    }
}
