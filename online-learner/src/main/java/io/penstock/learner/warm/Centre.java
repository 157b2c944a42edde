package io.penstock.learner.warm;

import io.penstock.learner.Features;
import java.nio.ByteBuffer;

/** The mean context of a training set, relative to which contexts are seen, and how far each number spreads. Immutable. */
final class Centre {

    /**
     * Contexts hold float32 numbers: what is left of one after centring is rounding, not information, below this share
     * of the centre's squared length.
     */
    private static final double NOISE = 1e-12;

    private final double[] mean;
    /** Standard deviation of each number. */
    private final double[] spread;

    private final double noise;

    private Centre(double[] mean, double[] spread) {
        this.mean = mean;
        this.spread = spread;
        this.noise = NOISE * square(mean);
    }

    static Centre of(WarmOutcomes outcomes) {
        double[] mean = new double[outcomes.dimension()];
        for (int i = 0; i < outcomes.prompts(); i++) {
            Features context = outcomes.context(i);
            for (int j = 0; j < mean.length; j++) {
                mean[j] += context.get(j);
            }
        }
        for (int j = 0; j < mean.length; j++) {
            mean[j] /= outcomes.prompts();
        }
        return new Centre(mean, spread(outcomes, mean));
    }

    private static double[] spread(WarmOutcomes outcomes, double[] mean) {
        double[] spread = new double[mean.length];
        for (int i = 0; i < outcomes.prompts(); i++) {
            Features context = outcomes.context(i);
            for (int j = 0; j < mean.length; j++) {
                double offset = context.get(j) - mean[j];
                spread[j] += offset * offset;
            }
        }
        for (int j = 0; j < mean.length; j++) {
            spread[j] = Math.sqrt(spread[j] / outcomes.prompts());
        }
        return spread;
    }

    int dimension() {
        return mean.length;
    }

    double[] offset(Features context) {
        double[] result = new double[mean.length];
        for (int j = 0; j < mean.length; j++) {
            result[j] = context.get(j) - mean[j];
        }
        return result;
    }

    /**
     * The offset with each number weighed by its spread, at length one; all zeros where there is no offset. Features are
     * scaled toward equal spread, which suits a regression; of two prompts it hides that they share what matters most.
     */
    float[] direction(Features context) {
        double[] offset = offset(context);
        float[] result = new float[offset.length];
        if (scaleOf(square(offset)) == 0) {
            return result;
        }
        for (int j = 0; j < offset.length; j++) {
            offset[j] *= spread[j];
        }
        double square = square(offset);
        for (int j = 0; j < offset.length; j++) {
            result[j] = square > 0 ? (float) (offset[j] / Math.sqrt(square)) : 0;
        }
        return result;
    }

    /** The factor that brings this mean squared length to one, or 0 where there is none. */
    double scaleOf(double meanSquare) {
        return meanSquare <= noise ? 0 : 1 / Math.sqrt(meanSquare);
    }

    static double square(double[] vector) {
        double sum = 0;
        for (double value : vector) {
            sum += value * value;
        }
        return sum;
    }

    static long sizeInBytes(int dimension) {
        return 2L * Double.BYTES * dimension;
    }

    void write(ByteBuffer bytes) {
        WarmBytes.putDoubles(bytes, mean);
        WarmBytes.putDoubles(bytes, spread);
    }

    static Centre read(ByteBuffer bytes, int dimension) {
        return new Centre(
                WarmBytes.getDoubles(bytes, "centre", dimension, -Features.MAX_MAGNITUDE, Features.MAX_MAGNITUDE),
                WarmBytes.getDoubles(bytes, "spread", dimension, 0, 2 * Features.MAX_MAGNITUDE));
    }
}
