package io.penstock.learner;

/**
 * The normal distribution from a table, so that it is quick and gives the same bits on every machine. The error is below
 * 1e-6.
 */
final class Normal {

    private static final double RANGE = 6;
    private static final int STEPS = 512;
    private static final double[] CUMULATIVE = cumulativeTable();

    /** How far from its mean a variable is looked at, in its standard deviations, and in what steps. */
    private static final double REACH = 4;

    private static final double STEP = 1.0 / 3;

    /** A variable narrower than this part of all that is looked at is taken as that wide, which bounds the steps. */
    private static final double NARROWEST = 1e-3;

    private Normal() {}

    /** P(Z ≤ z). */
    static double cumulative(double z) {
        if (z <= -RANGE) {
            return 0;
        }
        if (z >= RANGE) {
            return 1;
        }
        double place = (z + RANGE) * STEPS;
        int index = (int) place;
        double rest = place - index;
        return CUMULATIVE[index] + rest * (CUMULATIVE[index + 1] - CUMULATIVE[index]);
    }

    /** By the trapezoidal rule on the density, whose error at this step is far below the table's own. */
    private static double[] cumulativeTable() {
        int size = (int) (2 * RANGE * STEPS) + 2;
        double[] table = new double[size];
        double step = 1.0 / STEPS;
        double density = density(-RANGE);
        for (int i = 1; i < size; i++) {
            double next = density(-RANGE + i * step);
            table[i] = table[i - 1] + step * (density + next) / 2;
            density = next;
        }
        double total = table[size - 2];
        for (int i = 0; i < size; i++) {
            table[i] = Math.min(1, table[i] / total);
        }
        return table;
    }

    private static double density(double z) {
        return StrictMath.exp(-z * z / 2) / StrictMath.sqrt(2 * StrictMath.PI);
    }

    /**
     * The probability of each of several independent normal variables to be the largest, by integration on a grid that is
     * as fine as the narrowest variable wherever that one has mass, so that a narrow one beside a wide one is not missed.
     * They sum to 1.
     *
     * @param means at least one
     * @param widths standard deviations ≥ 0, not all 0
     */
    static double[] chancesOfMaximum(double[] means, double[] widths) {
        int k = means.length;
        // The maximum is hardly ever below the highest of all lower ends.
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < k; i++) {
            low = Math.max(low, means[i] - REACH * widths[i]);
            high = Math.max(high, means[i] + REACH * widths[i]);
        }
        double[] spreads = new double[k];
        for (int i = 0; i < k; i++) {
            spreads[i] = Math.max(widths[i], NARROWEST * (high - low));
        }
        double[] chances = new double[k];
        double[] lower = new double[k];
        double[] before = new double[k];
        double[] after = new double[k];
        below(low, means, spreads, before);
        for (double point = low; point < high; ) {
            point += step(point, means, spreads);
            below(point, means, spreads, after);
            addStep(chances, before, after, lower);
            double[] spare = before;
            before = after;
            after = spare;
        }
        double sum = 0;
        for (double chance : chances) {
            sum += chance;
        }
        for (int i = 0; i < k; i++) {
            chances[i] /= sum;
        }
        return chances;
    }

    /** A part of the narrowest variable that has mass from here on; all have begun by now. */
    private static double step(double point, double[] means, double[] widths) {
        double narrowest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < means.length; i++) {
            if (point < means[i] + REACH * widths[i]) {
                narrowest = Math.min(narrowest, widths[i]);
            }
        }
        return STEP * narrowest;
    }

    /** Adds for each variable its mass between two points times the chance that all others are below. */
    static void addStep(double[] chances, double[] before, double[] after, double[] lower) {
        int k = chances.length;
        double product = 1;
        for (int i = 0; i < k; i++) {
            lower[i] = product;
            product *= (before[i] + after[i]) / 2;
        }
        double upper = 1;
        for (int i = k - 1; i >= 0; i--) {
            chances[i] += (after[i] - before[i]) * lower[i] * upper;
            upper *= (before[i] + after[i]) / 2;
        }
    }

    private static void below(double point, double[] means, double[] widths, double[] chances) {
        for (int i = 0; i < chances.length; i++) {
            chances[i] = cumulative((point - means[i]) / widths[i]);
        }
    }

    /** The probability that one normal variable is at least another; widths not both 0. */
    static double chanceOfMore(double mean, double width, double otherMean, double otherWidth) {
        return cumulative((mean - otherMean) / Math.sqrt(width * width + otherWidth * otherWidth));
    }
}
