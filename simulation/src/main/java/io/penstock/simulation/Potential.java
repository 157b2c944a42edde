package io.penstock.simulation;

/**
 * What a model would do with a request if it were asked.
 *
 * @param quality expected verdict on the answer, in [0, 1]
 * @param latencyMillis from the start of the call to the whole answer, at least 0
 */
public record Potential(double quality, int inputTokens, int outputTokens, double latencyMillis) {
    Potential with(double qualityFactor, double latencyFactor) {
        return new Potential(quality * qualityFactor, inputTokens, outputTokens, latencyMillis * latencyFactor);
    }
}
