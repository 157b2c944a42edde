package io.penstock.learner.offpolicy;

/**
 * A policy's value, the standard error of that, and an interval that covers the true value in about 95 % of logs.
 *
 * <p>Each bound is the farther one of two intervals. The plain one is value ± 1.96 · standard error. It is too short on
 * one side where terms are skew, as importance weights make them: a log that lacks the rare heavy terms has too low a mean
 * and too small a standard error at once. The other is Hall's (1992, "On the removal of skewness by transformation"): the
 * studentised mean goes through a monotone cubic that removes its skewness, and bounds come back through the inverse. It
 * is too short where terms are heavy on both sides, because the skewness of a sample is then mostly noise. Neither sees
 * terms that a log has none of: with few effective decisions, both are too short.
 *
 * @param value in the unit of the reward
 * @param standardError of {@code value}; ≥ 0
 * @param low lower bound of the interval; not clipped to what a reward can be
 * @param high upper bound of the interval; not clipped either
 */
public record Estimate(double value, double standardError, double low, double high) {

    /** 97.5 % quantile of the standard normal distribution. */
    private static final double QUANTILE = 1.959963984540054;

    /** Skewness below which the cubic is the identity within rounding. */
    private static final double SYMMETRIC = 1e-9;

    /** The mean of terms that are independent, or differences of a martingale around the value. */
    static Estimate ofMean(double[] terms) {
        double mean = mean(terms);
        double[] deviations = new double[terms.length];
        for (int i = 0; i < terms.length; i++) {
            deviations[i] = terms[i] - mean;
        }
        return of(mean, deviations);
    }

    /**
     * A weighted mean, Σ weight · value / Σ weight, both random. Its spread is the jackknife's (Quenouille 1956; Miller
     * 1974, "The jackknife – a review"): what the estimate moves when one decision is left out. Unlike the linear
     * approximation that does not shrink when one weight dominates, because the estimate follows that decision.
     *
     * @param weights ≥ 0, at least two above 0
     */
    static Estimate ofRatio(double[] weights, double[] values) {
        int n = weights.length;
        double weight = 0;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            weight += weights[i];
            sum += weights[i] * values[i];
        }
        double ratio = sum / weight;
        double[] influence = new double[n];
        for (int i = 0; i < n; i++) {
            influence[i] = (n - 1) * weights[i] * (values[i] - ratio) / (weight - weights[i]);
        }
        return of(ratio, influence);
    }

    private static Estimate of(double value, double[] influence) {
        int n = influence.length;
        double centre = mean(influence);
        double squares = 0;
        double cubes = 0;
        for (double each : influence) {
            double deviation = each - centre;
            squares += deviation * deviation;
            cubes += deviation * deviation * deviation;
        }
        double deviation = Math.sqrt(squares / (n - 1));
        double error = deviation / Math.sqrt(n);
        double skewness = deviation > 0 ? cubes / n / (deviation * deviation * deviation) : 0;
        double bend = skewness / (3 * Math.sqrt(n));
        double below = error * Math.max(QUANTILE, untransformed(QUANTILE, bend));
        double above = error * Math.max(QUANTILE, -untransformed(-QUANTILE, bend));
        return new Estimate(value, error, value - below, value + above);
    }

    /** The studentised mean t whose transform ((1 + bend · t)³ − 1) / (3 · bend) + bend / 2 is {@code x}. */
    private static double untransformed(double x, double bend) {
        if (Math.abs(bend) < SYMMETRIC) {
            return x;
        }
        return (StrictMath.cbrt(1 + 3 * bend * (x - bend / 2)) - 1) / bend;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
