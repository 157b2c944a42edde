package io.penstock.topology.observe;

/**
 * A mean in which each new value makes the earlier ones count less. It keeps the weighted sum and the weights, so the first
 * values count fully: no warm-up from zero.
 */
record RecentMean(double sum, double weight) {
    static final RecentMean NONE = new RecentMean(0, 0);

    /** @param keep factor by which what was seen before still counts, in (0, 1) */
    RecentMean and(double value, double keep) {
        return new RecentMean(sum * keep + value, weight * keep + 1);
    }

    /** The mean, 0 before the first value. */
    double value() {
        return weight > 0 ? sum / weight : 0;
    }
}
