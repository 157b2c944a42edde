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

    /** The line in x of one that was fitted in x − centre; the centre has 0 in the place of the bias. */
    static Line uncentred(double offset, double[] coefficients, double[] centre) {
        double[] moved = coefficients.clone();
        for (int i = 1; i < moved.length; i++) {
            moved[0] -= coefficients[i] * centre[i];
        }
        return new Line(offset, moved);
    }

    double offset() {
        return offset;
    }

    double coefficient(int index) {
        return coefficients[index];
    }

    /** The value v of which this is log(1 + v). */
    static double unlogged(double log) {
        // Not expm1, which is native code on older JVMs; below one token its last digits mean nothing.
        return StrictMath.exp(Math.max(0, Math.min(MAX_LOG, log))) - 1;
    }
}
