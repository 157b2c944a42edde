package io.penstock.learner.money;

import java.util.List;

/**
 * Which share of a period's spend is planned for the rest of it: the same for every moment, or as demand was spread over an
 * earlier period. That a plan learned from one earlier period suffices is shown by Balseiro, Kumar, Mirrokni, Sivan and
 * Wang 2023, "Robust budget pacing with a single sample". Immutable.
 */
public final class SpendPlan {
    /** Parts into which a period is cut. */
    public static final int BINS = 48;

    /** The same for every moment. */
    public static final SpendPlan LINEAR = following(List.of());

    // No part is planned with nothing: demand may come earlier or later than last time.
    private static final double EVEN_SHARE = 0.02;

    private final double[] left = new double[BINS + 1];

    private SpendPlan(List<Long> demand, double total) {
        for (int bin = BINS - 1; bin >= 0; bin--) {
            double observed = total > 0 ? demand.get(bin) / total : 1.0 / BINS;
            left[bin] = left[bin + 1] + EVEN_SHARE / BINS + (1 - EVEN_SHARE) * observed;
        }
    }

    /**
     * A plan that follows demand.
     *
     * @param demand of each of {@link #BINS} parts of an earlier period, not negative; empty or all 0 = linear
     */
    public static SpendPlan following(List<Long> demand) {
        if (!demand.isEmpty() && demand.size() != BINS) {
            throw new IllegalArgumentException("demand must have " + BINS + " parts or none, but has " + demand.size());
        }
        return new SpendPlan(
                demand, demand.stream().mapToDouble(Long::doubleValue).sum());
    }

    /**
     * The share planned for what is left.
     *
     * @param over how much of the period is over, 0 to 1
     * @return 1 to 0
     */
    public double left(double over) {
        double at = over * BINS;
        int bin = Math.min(BINS - 1, (int) at);
        return left[bin] + (left[bin + 1] - left[bin]) * (at - bin);
    }

    static int bin(double over) {
        return Math.min(BINS - 1, (int) (over * BINS));
    }
}
