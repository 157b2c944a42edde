package io.penstock.connector.recorded;

import org.jspecify.annotations.Nullable;

/**
 * One entry of models.json.
 *
 * @param name as the outcome files call it
 * @param family the same model line under different version names
 * @param provider who serves it
 * @param inputNanosPerMillion nano-dollars per million input tokens
 * @param outputNanosPerMillion nano-dollars per million output tokens
 * @param contextWindow tokens
 * @param firstTokenMs of the latency reference line; null if the model has none
 * @param msPerOutputToken of the latency reference line; null if the model has none
 * @param joulesPerOutputToken of the energy reference line; null if the model has none
 */
public record RecordedModel(
        String name,
        String family,
        String provider,
        long inputNanosPerMillion,
        long outputNanosPerMillion,
        int contextWindow,
        @Nullable Double firstTokenMs,
        @Nullable Double msPerOutputToken,
        @Nullable Double joulesPerOutputToken) {

    double firstTokenOrZero() {
        return firstTokenMs == null ? 0 : firstTokenMs;
    }

    double latencyMs(int outputTokens) {
        return msPerOutputToken == null ? 0 : firstTokenOrZero() + msPerOutputToken * outputTokens;
    }

    double energyJoules(int outputTokens) {
        return joulesPerOutputToken == null ? 0 : joulesPerOutputToken * outputTokens;
    }
}
