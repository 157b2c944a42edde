package io.penstock.learner.warm;

/**
 * How a {@link WarmModel} is fitted.
 *
 * @param neighbours k as a multiple of √n, n being the number of training prompts: k = this × √n, rounded, at least 1
 *     and at most n. Small follows every prompt and its noise; from √n on, every prediction is the training mean
 * @param ridge penalty on squared coefficients of the logistic regression, for contexts whose mean squared length is 1.
 *     Small follows the training set; large leaves nothing but each model's mean
 */
public record WarmSettings(double neighbours, double ridge) {

    public WarmSettings {
        Checks.within("neighbours", neighbours, 0, 1e6);
        Checks.within("ridge", ridge, 1e-6, 1e9);
    }

    public static WarmSettings defaults() {
        return new WarmSettings(8, 20);
    }

    public WarmSettings withNeighbours(double value) {
        return new WarmSettings(value, ridge);
    }

    public WarmSettings withRidge(double value) {
        return new WarmSettings(neighbours, value);
    }
}
