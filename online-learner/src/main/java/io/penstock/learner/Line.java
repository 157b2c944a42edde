package io.penstock.learner;

/** A fitted linear function of the features: offset + coefficients · (1, x). Owns its array. */
final class Line {

    /** exp of this is above anything observable, so a wild extrapolation stays finite. */
    private static final double MAX_LOG = 20;

    private final double offset;
    private final double[] coefficients;

    Line(double offset, double[] coefficients) {
        this.offset = offset;
        this.coefficients = coefficients;
    }

    double at(double[] x) {
        double sum = offset;
        for (int i = 0; i < x.length; i++) {
            sum += coefficients[i] * x[i];
        }
        return sum;
    }

    /** The value whose log(1 + v) this line gives. */
    double unlogged(double[] x) {
        return StrictMath.expm1(Math.max(0, Math.min(MAX_LOG, at(x))));
    }
}
