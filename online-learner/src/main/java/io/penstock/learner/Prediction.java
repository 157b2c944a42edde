package io.penstock.learner;

import java.util.Objects;

/**
 * What is expected of one model on one request.
 *
 * @param quality expected quality; a linear estimate, so it may lie slightly outside 0..1
 * @param width posterior standard deviation of {@code quality}
 * @param meanWidth the part of it that comes from the model's mean alone, whatever the context
 * @param outputTokens expected length of the answer
 * @param latencyMillis expected time to the whole answer
 * @param evidence effective number of judged observations of this model, pending ones included
 * @param tally the verdicts on this model by themselves
 */
public record Prediction(
        double quality,
        double width,
        double meanWidth,
        double outputTokens,
        double latencyMillis,
        double evidence,
        Tally tally) {

    public Prediction {
        Checks.finite("quality", quality);
        Checks.notNegative("width", width);
        Checks.notNegative("meanWidth", meanWidth);
        Checks.notNegative("outputTokens", outputTokens);
        Checks.notNegative("latencyMillis", latencyMillis);
        Checks.notNegative("evidence", evidence);
        Objects.requireNonNull(tally, "tally");
    }
}
