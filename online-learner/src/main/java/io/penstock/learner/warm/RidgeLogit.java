package io.penstock.learner.warm;

import java.util.Arrays;

/**
 * Minimises Σ [log(1 + exp(t)) − y·t] + ½·ridge·|w|² over the bias b and the coefficients w, with t = b + w·z, by
 * Newton's method (iteratively reweighted least squares) with step halving: ridge logistic regression, le Cessie and
 * van Houwelingen, 1992, "Ridge estimators in logistic regression". Labels may be any share from 0 to 1. The bias is
 * free, so the mean prediction equals the mean label. Not thread-safe.
 */
final class RidgeLogit {

    private static final int MAX_STEPS = 25;
    private static final int MAX_HALVINGS = 20;

    /** Gradient per observation at which a fit has arrived; the mean prediction is off by no more. */
    private static final double TOLERANCE = 1e-9;

    /** Share by which a loss may rise before a step counts as too long: that of rounding. */
    private static final double ROUNDING = 1e-10;

    /** Curvature per observation added along the bias, which may have none left where all labels are equal. */
    private static final double DAMPING = 1e-12;

    private final int rows;
    private final int width;
    private final double[] z;
    private final double ridge;
    private final double[] logits;
    private final double[] hessian;

    /** @param z row by row, each row led by the 1 of the bias */
    RidgeLogit(double[] z, int width, double ridge) {
        this.rows = z.length / width;
        this.width = width;
        this.z = z;
        this.ridge = ridge;
        this.logits = new double[rows];
        this.hessian = new double[width * width];
    }

    /** The bias, then the coefficients. */
    double[] fit(double[] labels) {
        double[] beta = new double[width];
        beta[0] = startingBias(labels);
        double loss = loss(beta, labels);
        for (int step = 0; step < MAX_STEPS; step++) {
            double[] direction = differentiate(beta, labels);
            if (hasArrived(direction)) {
                break;
            }
            Cholesky.solve(hessian, direction);
            double next = descend(beta, direction, loss, labels);
            if (Double.isNaN(next)) {
                break;
            }
            loss = next;
        }
        return beta;
    }

    /** The bias that is right without any coefficient; with equal labels it stops short of infinity. */
    private static double startingBias(double[] labels) {
        double mean = Arrays.stream(labels).sum() / labels.length;
        double share = Math.max(TOLERANCE, Math.min(1 - TOLERANCE, mean));
        return StrictMath.log(share / (1 - share));
    }

    /** Moves beta and returns its loss, or NaN where no step of any length helps. */
    private double descend(double[] beta, double[] direction, double loss, double[] labels) {
        double[] candidate = new double[width];
        double share = 1;
        for (int halving = 0; halving <= MAX_HALVINGS; halving++) {
            for (int a = 0; a < width; a++) {
                candidate[a] = beta[a] - share * direction[a];
            }
            double next = loss(candidate, labels);
            if (next <= loss * (1 + ROUNDING)) {
                System.arraycopy(candidate, 0, beta, 0, width);
                return next;
            }
            share /= 2;
        }
        return Double.NaN;
    }

    /** Loss at beta; leaves its logits behind. */
    private double loss(double[] beta, double[] labels) {
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            double logit = 0;
            for (int a = 0; a < width; a++) {
                logit += beta[a] * z[i * width + a];
            }
            logits[i] = logit;
            sum += Math.max(logit, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(logit))) - labels[i] * logit;
        }
        return sum + ridge / 2 * (Centre.square(beta) - beta[0] * beta[0]);
    }

    /** Returns the gradient at beta, whose logits are there, and fills in the lower triangle of the Hessian. */
    private double[] differentiate(double[] beta, double[] labels) {
        double[] gradient = new double[width];
        Arrays.fill(hessian, 0);
        for (int a = 1; a < width; a++) {
            gradient[a] = ridge * beta[a];
            hessian[a * width + a] = ridge;
        }
        hessian[0] = DAMPING * rows;
        for (int i = 0; i < rows; i++) {
            double share = LogisticRegression.sigmoid(logits[i]);
            addMultiple(gradient, 0, share - labels[i], i * width, width);
            double weight = share * (1 - share);
            for (int a = 0; a < width; a++) {
                addMultiple(hessian, a * width, weight * z[i * width + a], i * width, a + 1);
            }
        }
        return gradient;
    }

    private void addMultiple(double[] sums, int to, double factor, int from, int count) {
        for (int b = 0; b < count; b++) {
            sums[to + b] += factor * z[from + b];
        }
    }

    private boolean hasArrived(double[] gradient) {
        for (double value : gradient) {
            if (!(Math.abs(value) <= TOLERANCE * rows)) {
                return false;
            }
        }
        return true;
    }
}
