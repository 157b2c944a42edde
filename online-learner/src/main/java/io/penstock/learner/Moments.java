package io.penstock.learner;

import java.nio.DoubleBuffer;
import java.util.function.DoubleUnaryOperator;

/**
 * Weighted raw sums of a regression on x (bias first) with a few targets that share one Gram matrix: the packed upper
 * triangle of Σw·xxᵀ, and for each target Σw·y·x, Σw·y² and a total on the target's natural scale.
 *
 * <p>Every contribution is rounded to a grid first ({@link Weight}), so adding doubles is exact while a sum stays small
 * enough, and the order of additions cannot matter.
 */
final class Moments {

    /** Beyond anything that could be observed; larger sums would overflow in a fit. */
    private static final double LARGEST = 1e30;

    private final int width;
    private final double[] gram;
    private final double[] cross;
    private final double[] squares;
    private final double[] totals;

    Moments(int width, int targets) {
        this(width, new double[triangle(width)], new double[targets * width], new double[targets], new double[targets]);
    }

    private Moments(int width, double[] gram, double[] cross, double[] squares, double[] totals) {
        this.width = width;
        this.gram = gram;
        this.cross = cross;
        this.squares = squares;
        this.totals = totals;
    }

    static int triangle(int width) {
        return width * (width + 1) / 2;
    }

    static int doubles(int width, int targets) {
        return triangle(width) + targets * (width + 2);
    }

    void addContext(double[] x, Weight weight) {
        int k = 0;
        for (int i = 0; i < width; i++) {
            double wx = weight.value() * x[i];
            for (int j = i; j < width; j++) {
                gram[k++] += weight.rounded(wx * x[j]);
            }
        }
    }

    /** Adds one target value; {@code sign} −1 takes exactly back what +1 put in. */
    void addTarget(int target, double[] x, Weight weight, double value, double total, double sign) {
        int start = target * width;
        double weighted = weight.value() * value;
        for (int i = 0; i < width; i++) {
            cross[start + i] += sign * weight.rounded(weighted * x[i]);
        }
        squares[target] += sign * weight.rounded(weighted * value);
        totals[target] += sign * weight.roundedTotal(weight.value() * total);
    }

    /** As if each value of the target had been larger by an amount; on the grid of {@link Weight#plain}. */
    void shiftTarget(int target, double amount) {
        int start = target * width;
        double before = cross[start];
        Weight grid = Weight.plain(1);
        for (int i = 0; i < width; i++) {
            cross[start + i] += grid.rounded(amount * gram[i]);
        }
        squares[target] += grid.rounded(amount * (2 * before + amount * gram[0]));
        totals[target] += grid.roundedTotal(amount * gram[0]);
    }

    /** Replaces each sum by a function of it. */
    void replace(DoubleUnaryOperator change) {
        for (double[] part : new double[][] {gram, cross, squares, totals}) {
            for (int i = 0; i < part.length; i++) {
                part[i] = change.applyAsDouble(part[i]);
            }
        }
    }

    Moments plus(Moments other) {
        return new Moments(
                width,
                sum(gram, other.gram),
                sum(cross, other.cross),
                sum(squares, other.squares),
                sum(totals, other.totals));
    }

    private static double[] sum(double[] left, double[] right) {
        double[] result = left.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] += right[i];
        }
        return result;
    }

    /** Σw. */
    double weight() {
        return gram[0];
    }

    /** Σw·x_i, from the bias' row of the triangle. */
    double contextSum(int i) {
        return gram[i];
    }

    double total(int target) {
        return totals[target];
    }

    double square(int target) {
        return squares[target];
    }

    /** Σw·y of a target: its product with the bias. */
    double sum(int target) {
        return cross[target * width];
    }

    /** Σw·(y − mean)² of a target. */
    double scatter(int target) {
        double n = weight();
        return n > 0 ? Math.max(0, square(target) - sum(target) * sum(target) / n) : 0;
    }

    double[] cross(int target) {
        double[] result = new double[width];
        System.arraycopy(cross, target * width, result, 0, width);
        return result;
    }

    /** The full symmetric matrix, by rows. */
    double[][] gramRows() {
        double[][] rows = new double[width][width];
        int k = 0;
        for (int i = 0; i < width; i++) {
            System.arraycopy(gram, k, rows[i], i, width - i);
            k += width - i;
            for (int j = 0; j < i; j++) {
                rows[i][j] = rows[j][i];
            }
        }
        return rows;
    }

    void write(DoubleBuffer out) {
        out.put(gram).put(cross).put(squares).put(totals);
    }

    void read(DoubleBuffer in) {
        in.get(gram).get(cross).get(squares).get(totals);
    }

    /** Describes the first thing that no series of observations could have produced; empty if there is none. */
    String problem(String name) {
        for (double[] part : new double[][] {gram, cross, squares, totals}) {
            for (double value : part) {
                if (!Double.isFinite(value)) {
                    return name + " sums must be finite, but one is " + value;
                }
                if (Math.abs(value) > LARGEST) {
                    return name + " sums must be at most " + LARGEST + ", but one is " + value;
                }
            }
        }
        for (int i = 0, k = 0; i < width; k += width - i, i++) {
            if (gram[k] < 0) {
                return name + " sum of squares of x" + i + " must not be negative, but is " + gram[k];
            }
        }
        return "";
    }
}
