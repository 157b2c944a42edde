package io.penstock.learner;

/**
 * What is expected of one model on one request.
 *
 * @param quality expected quality; a linear estimate, so it may lie slightly outside 0..1
 * @param width posterior standard deviation of {@code quality}
 * @param outputTokens expected length of the answer
 * @param latencyMillis expected time to the whole answer
 * @param evidence effective number of judged observations of this model, pending ones included
 */
public record Prediction(double quality, double width, double outputTokens, double latencyMillis, double evidence) {

    public Prediction {
        Checks.finite("quality", quality);
        Checks.notNegative("width", width);
        Checks.notNegative("outputTokens", outputTokens);
        Checks.notNegative("latencyMillis", latencyMillis);
        Checks.notNegative("evidence", evidence);
    }
}
