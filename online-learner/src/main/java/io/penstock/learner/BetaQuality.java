package io.penstock.learner;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The distribution of an arm's utility whose quality is Beta(α, β), α and β at least 1, as a table of its cumulative
 * probabilities: the same bits on every machine. What lies further than {@value #REACH} standard deviations from the mean is
 * left out, which is below 3·10⁻⁴ of it.
 */
final class BetaQuality {

    private static final double REACH = 8;
    private static final int CELLS = 128;

    /** Of the narrowest arm that has mass. */
    private static final double STEP = 1.0 / 6;

    /** A narrower arm, as part of all that is looked at, is stepped over as if it were that wide. */
    private static final double NARROWEST = 1e-3;

    private final double low;
    private final double high;
    private final double spread;
    private final double[] cumulative = new double[CELLS + 1];

    /** @param weight of quality in the utility, above 0 */
    BetaQuality(double alpha, double beta, double offset, double weight) {
        double mean = mean(alpha, beta);
        double deviation = deviation(alpha, beta);
        double from = Math.max(0, mean - REACH * deviation);
        double to = Math.min(1, mean + REACH * deviation);
        this.low = offset + weight * from;
        this.high = offset + weight * to;
        this.spread = weight * deviation;
        fill(alpha, beta, from, to);
    }

    static double mean(double alpha, double beta) {
        return alpha / (alpha + beta);
    }

    static double deviation(double alpha, double beta) {
        double n = alpha + beta;
        return Math.sqrt(alpha * beta / (n * n * (n + 1)));
    }

    /** Simpson's rule on each cell, on a density that is 1 at its mode. */
    private void fill(double alpha, double beta, double from, double to) {
        double mode = alpha + beta > 2 ? (alpha - 1) / (alpha + beta - 2) : 0.5;
        double top = logDensity(alpha, beta, mode);
        double half = (to - from) / (2 * CELLS);
        double left = StrictMath.exp(logDensity(alpha, beta, from) - top);
        for (int i = 0; i < CELLS; i++) {
            double start = from + 2 * i * half;
            double middle = StrictMath.exp(logDensity(alpha, beta, start + half) - top);
            double right = StrictMath.exp(logDensity(alpha, beta, Math.min(to, start + 2 * half)) - top);
            cumulative[i + 1] = cumulative[i] + left + 4 * middle + right;
            left = right;
        }
        double total = cumulative[CELLS];
        for (int i = 0; i <= CELLS; i++) {
            cumulative[i] /= total;
        }
    }

    /** Up to a constant; −∞ where there is no density. */
    private static double logDensity(double alpha, double beta, double quality) {
        double sum = alpha > 1 ? (alpha - 1) * StrictMath.log(quality) : 0;
        return beta > 1 ? sum + (beta - 1) * StrictMath.log1p(-quality) : sum;
    }

    /** The probability that the utility is at most this. */
    double below(double utility) {
        if (utility <= low) {
            return 0;
        }
        if (utility >= high) {
            return 1;
        }
        double place = (utility - low) / (high - low) * CELLS;
        int index = Math.min(CELLS - 1, (int) place);
        return cumulative[index] + (place - index) * (cumulative[index + 1] - cumulative[index]);
    }

    /**
     * The probability of each arm to have the highest utility; they sum to 1.
     *
     * @param arms null = it never has; at least one is none
     */
    static double[] chancesOfMaximum(@Nullable BetaQuality[] arms) {
        double[] chances = new double[arms.length];
        int[] places = new int[arms.length];
        int count = 0;
        for (int i = 0; i < arms.length; i++) {
            if (arms[i] != null) {
                places[count++] = i;
            }
        }
        BetaQuality[] active = new BetaQuality[count];
        for (int i = 0; i < count; i++) {
            active[i] = Objects.requireNonNull(arms[places[i]]);
        }
        double[] shares = integrate(active);
        double sum = Arrays.stream(shares).sum();
        for (int i = 0; i < count; i++) {
            chances[places[i]] = shares[i] / sum;
        }
        return chances;
    }

    private static double[] integrate(BetaQuality[] arms) {
        // The maximum is never below the highest of all lower ends.
        double point = Double.NEGATIVE_INFINITY;
        double end = Double.NEGATIVE_INFINITY;
        for (BetaQuality arm : arms) {
            point = Math.max(point, arm.low);
            end = Math.max(end, arm.high);
        }
        double least = NARROWEST * (end - point);
        double[] shares = new double[arms.length];
        double[] lower = new double[arms.length];
        double[] before = new double[arms.length];
        double[] after = new double[arms.length];
        below(arms, point, before);
        while (point < end) {
            double narrowest = Double.POSITIVE_INFINITY;
            for (BetaQuality arm : arms) {
                narrowest = point < arm.high ? Math.min(narrowest, arm.spread) : narrowest;
            }
            point += STEP * Math.max(least, narrowest);
            below(arms, point, after);
            Normal.addStep(shares, before, after, lower);
            double[] spare = before;
            before = after;
            after = spare;
        }
        return shares;
    }

    private static void below(BetaQuality[] arms, double point, double[] chances) {
        for (int i = 0; i < arms.length; i++) {
            chances[i] = arms[i].below(point);
        }
    }
}
