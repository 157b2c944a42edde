package io.penstock.learner.warm;

import io.penstock.learner.Features;
import java.nio.ByteBuffer;

/**
 * Quality of each model by its own ridge logistic regression on the context, see {@link RidgeLogit}; output tokens by
 * their training mean.
 *
 * <p>Contexts are centred and scaled to a mean squared length of 1 over the training set, so that one penalty means the
 * same for every feature extractor.
 */
final class LogisticRegression implements Predictor {

    /** No fit reaches these bounds, and within them no logit overflows. */
    private static final double MAX_SCALE = 1e60;

    private static final double MAX_COEFFICIENT = 1e12;

    private final Centre centre;
    private final double scale;
    /** By model, each led by the bias. */
    private final double[] coefficients;

    private final double[] meanTokens;

    private LogisticRegression(Centre centre, double scale, double[] coefficients, double[] meanTokens) {
        this.centre = centre;
        this.scale = scale;
        this.coefficients = coefficients;
        this.meanTokens = meanTokens;
    }

    static LogisticRegression fit(WarmOutcomes outcomes, double ridge) {
        Centre centre = Centre.of(outcomes);
        double scale = scale(centre, outcomes);
        int width = outcomes.dimension() + 1;
        RidgeLogit logit = new RidgeLogit(design(centre, scale, outcomes), width, ridge);
        int models = outcomes.models().size();
        double[] coefficients = new double[models * width];
        double[] meanTokens = new double[models];
        double[] labels = new double[outcomes.prompts()];
        for (int m = 0; m < models; m++) {
            double tokens = 0;
            for (int i = 0; i < labels.length; i++) {
                labels[i] = outcomes.quality(m, i);
                tokens += outcomes.outputTokens(m, i);
            }
            System.arraycopy(logit.fit(labels), 0, coefficients, m * width, width);
            meanTokens[m] = tokens / labels.length;
        }
        return new LogisticRegression(centre, scale, coefficients, meanTokens);
    }

    private static double scale(Centre centre, WarmOutcomes outcomes) {
        double sum = 0;
        for (int i = 0; i < outcomes.prompts(); i++) {
            sum += Centre.square(centre.offset(outcomes.context(i)));
        }
        return centre.scaleOf(sum / outcomes.prompts());
    }

    private static double[] design(Centre centre, double scale, WarmOutcomes outcomes) {
        int width = outcomes.dimension() + 1;
        double[] z = new double[outcomes.prompts() * width];
        for (int i = 0; i < outcomes.prompts(); i++) {
            double[] offset = centre.offset(outcomes.context(i));
            z[i * width] = 1;
            for (int j = 0; j < offset.length; j++) {
                z[i * width + j + 1] = offset[j] * scale;
            }
        }
        return z;
    }

    /** StrictMath: the same bits on every machine. */
    static double sigmoid(double logit) {
        return 1 / (1 + StrictMath.exp(-logit));
    }

    @Override
    public int dimension() {
        return centre.dimension();
    }

    @Override
    public void predict(Features context, double[] quality, double[] outputTokens) {
        double[] offset = centre.offset(context);
        int width = offset.length + 1;
        for (int m = 0; m < quality.length; m++) {
            double sum = 0;
            for (int j = 0; j < offset.length; j++) {
                sum += coefficients[m * width + j + 1] * offset[j];
            }
            quality[m] = sigmoid(coefficients[m * width] + sum * scale);
            outputTokens[m] = meanTokens[m];
        }
    }

    @Override
    public long sizeInBytes() {
        return sizeInBytes(dimension(), meanTokens.length);
    }

    static long sizeInBytes(int dimension, int models) {
        return Centre.sizeInBytes(dimension) + Double.BYTES * (1 + (long) models * (dimension + 2));
    }

    /** All doubles: the centre, the scale, bias and coefficients by model, mean output tokens by model. */
    @Override
    public void write(ByteBuffer bytes) {
        centre.write(bytes);
        bytes.putDouble(scale);
        WarmBytes.putDoubles(bytes, coefficients);
        WarmBytes.putDoubles(bytes, meanTokens);
    }

    static LogisticRegression read(ByteBuffer bytes, int dimension, int models) {
        WarmBytes.requireRemaining(bytes, "logistic regression", sizeInBytes(dimension, models));
        Centre centre = Centre.read(bytes, dimension);
        double scale = WarmBytes.getDoubles(bytes, "scale", 1, 0, MAX_SCALE)[0];
        double[] coefficients =
                WarmBytes.getDoubles(bytes, "coefficient", models * (dimension + 1), -MAX_COEFFICIENT, MAX_COEFFICIENT);
        double[] meanTokens = WarmBytes.getDoubles(bytes, "mean tokens", models, 0, WarmOutcomes.MAX_TOKENS);
        return new LogisticRegression(centre, scale, coefficients, meanTokens);
    }
}
