package io.penstock.learner;

/** What {@link Estimates} holds of one model: three fitted lines and the covariance of the first. Immutable. */
final class ModelEstimate {

    private final Line quality;
    private final Line logTokens;
    private final Line logLatency;
    private final double tokenSmear;
    private final double latencySmear;
    private final double[] covariance;
    private final double evidence;
    private final double priorWorth;

    ModelEstimate(Quality quality, Log tokens, Log latency) {
        this.quality = quality.line();
        this.covariance = quality.covariance().values;
        this.evidence = quality.evidence();
        this.priorWorth = quality.priorWorth();
        this.logTokens = tokens.line();
        this.tokenSmear = tokens.smear();
        this.logLatency = latency.line();
        this.latencySmear = latency.smear();
    }

    /** The quality part; the covariance is σ² · (Gram + ridges)⁻¹, row by row. */
    record Quality(Line line, Matrix covariance, double evidence, double priorWorth) {}

    /** A part on the log scale, with the ratio of arithmetic to geometric mean. */
    record Log(Line line, double smear) {}

    /** Owns an array so that a record need not. */
    static final class Matrix {
        private final double[] values;

        Matrix(double[] values) {
            this.values = values;
        }
    }

    Prediction predict(double[] x, double pending) {
        double shrink = (priorWorth + evidence) / (priorWorth + evidence + pending);
        return new Prediction(
                quality.at(x),
                Math.sqrt(Math.max(0, quadratic(x)) * shrink),
                logTokens.unlogged(x) * tokenSmear,
                logLatency.unlogged(x) * latencySmear,
                evidence + pending);
    }

    /** xᵀ·C·x, as row updates of C·x: unlike a running sum they vectorise, and give the same bits when they do. */
    private double quadratic(double[] x) {
        int width = x.length;
        double[] product = new double[width];
        for (int i = 0; i < width; i++) {
            double xi = x[i];
            int row = i * width;
            for (int j = 0; j < width; j++) {
                product[j] += xi * covariance[row + j];
            }
        }
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += x[i] * product[i];
        }
        return sum;
    }
}
