package io.penstock.learner.money;

/**
 * What an owner has spent in a period, as far as it can be known: what is settled, and for the rest what was predicted,
 * corrected by how far predictions have been off so far. It moves when something is decided and again when that settles;
 * feedback has no part in it. All sums only go up.
 *
 * @param predictedNanos of all attempts decided
 * @param closedNanos predicted of those of them that have settled
 * @param settledNanos what those cost
 */
public record PacedSpend(long predictedNanos, long closedNanos, long settledNanos) {
    public static final PacedSpend NONE = new PacedSpend(0, 0, 0);

    private static final double LARGEST_RATIO = 100;

    public PacedSpend {
        if (predictedNanos < 0 || closedNanos < 0 || settledNanos < 0) {
            throw new IllegalArgumentException("spend must not be negative, but is " + predictedNanos + " predicted, "
                    + closedNanos + " closed, " + settledNanos + " settled");
        }
    }

    /** An attempt was decided. */
    public PacedSpend reserve(long predicted) {
        return new PacedSpend(predictedNanos + predicted, closedNanos, settledNanos);
    }

    /** An attempt has ended and its cost is known. */
    public PacedSpend settle(long predicted, long cost) {
        return new PacedSpend(predictedNanos, closedNanos + predicted, settledNanos + cost);
    }

    /**
     * Settled per predicted, from 0.01 to 100.
     *
     * @param doubt nano-dollars of settled cost that weigh as much as the belief that predictions are right
     */
    public double ratio(double doubt) {
        double ratio = (settledNanos + doubt) / (closedNanos + doubt);
        return Math.max(1 / LARGEST_RATIO, Math.min(LARGEST_RATIO, ratio));
    }

    /** What all attempts decided so far will have cost. */
    public double expectedNanos(double doubt) {
        return settledNanos + ratio(doubt) * Math.max(0, predictedNanos - closedNanos);
    }
}
