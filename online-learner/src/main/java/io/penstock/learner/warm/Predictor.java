package io.penstock.learner.warm;

import io.penstock.learner.Features;
import java.nio.ByteBuffer;

/** One way to predict. Immutable, so that any number of threads may share it. */
interface Predictor {

    int dimension();

    /** Fills in what is expected of each model. */
    void predict(Features context, double[] quality, double[] outputTokens);

    long sizeInBytes();

    void write(ByteBuffer bytes);
}
