package io.penstock.learner.warm;

import io.penstock.learner.Features;
import java.nio.ByteBuffer;

/** Near prompts tell what a line cannot, a line tells what few neighbours cannot: the mean of both qualities. */
record Blend(NearestNeighbours near, LogisticRegression line) implements Predictor {

    @Override
    public int dimension() {
        return near.dimension();
    }

    @Override
    public void predict(Features context, double[] quality, double[] outputTokens) {
        double[] other = new double[quality.length];
        line.predict(context, other, outputTokens);
        near.predict(context, quality, outputTokens);
        for (int m = 0; m < quality.length; m++) {
            quality[m] = (quality[m] + other[m]) / 2;
        }
    }

    @Override
    public long sizeInBytes() {
        return near.sizeInBytes() + line.sizeInBytes();
    }

    @Override
    public void write(ByteBuffer bytes) {
        near.write(bytes);
        line.write(bytes);
    }

    static Blend fit(WarmOutcomes outcomes, WarmSettings settings) {
        return new Blend(
                NearestNeighbours.fit(outcomes, settings.neighbours()),
                LogisticRegression.fit(outcomes, settings.ridge()));
    }

    static Blend read(ByteBuffer bytes, int dimension, int models) {
        return new Blend(
                NearestNeighbours.read(bytes, dimension, models), LogisticRegression.read(bytes, dimension, models));
    }
}
