package io.penstock.learner;

import java.util.Arrays;

/**
 * The normal distribution from a table, so that it is quick and gives the same bits on every machine. The error is below
 * 1e-6.
 */
final class Normal {

    private static final double RANGE = 6;
    private static final int STEPS = 512;
    private static final double[] CUMULATIVE = cumulativeTable();

    /** Points that each arm adds to the grid, in its standard deviations: dense where its mass is. */
    private static final double[] POINTS = points(24);

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

    /** Evenly spaced from −4 to 4. */
    private static double[] points(int count) {
        double[] points = new double[count];
        for (int i = 0; i < count; i++) {
            points[i] = -4 + 8.0 * i / (count - 1);
        }
        return points;
    }

    /**
     * The probability of each of several independent normal variables to be the largest, by integration over a grid on
     * which every variable has points of its own, so that a narrow one beside a wide one is not missed. They sum to 1.
     *
     * @param means at least one
     * @param widths standard deviations ≥ 0, not all 0
     */
    static double[] chancesOfMaximum(double[] means, double[] widths) {
        int k = means.length;
        double[] grid = grid(means, widths);
        double[] before = new double[k];
        double[] after = new double[k];
        double[] chances = new double[k];
        for (double point : grid) {
            for (int i = 0; i < k; i++) {
                after[i] = below(point, means[i], widths[i]);
            }
            addStep(chances, before, after);
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

    /** Adds for each variable its mass between two points times the chance that all others are below. */
    private static void addStep(double[] chances, double[] before, double[] after) {
        int k = chances.length;
        double[] lower = new double[k];
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

    /** The probability that one normal variable is at least another. */
    static double chanceOfMore(double mean, double width, double otherMean, double otherWidth) {
        return below(mean, otherMean, Math.sqrt(width * width + otherWidth * otherWidth));
    }

    private static double below(double point, double mean, double width) {
        if (width > 0) {
            return cumulative((point - mean) / width);
        }
        return point >= mean ? 1 : 0;
    }

    private static double[] grid(double[] means, double[] widths) {
        double[] grid = new double[means.length * (POINTS.length + 1)];
        int size = 0;
        double top = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < means.length; i++) {
            for (double point : POINTS) {
                grid[size++] = means[i] + point * widths[i];
            }
            top = Math.max(top, means[i] + RANGE * widths[i]);
        }
        // Everything lies at or below the last points.
        Arrays.fill(grid, size, grid.length, top);
        Arrays.sort(grid);
        return grid;
    }
}
