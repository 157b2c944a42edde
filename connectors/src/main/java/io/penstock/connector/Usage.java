package io.penstock.connector;

import org.jspecify.annotations.Nullable;

/**
 * What a call used.
 *
 * @param inputTokens tokens charged as input, &gt;= 0
 * @param outputTokens tokens charged as output, hidden reasoning included, &gt;= 0
 * @param costNanos nano-dollars, &gt;= 0
 * @param latencyMs from the start of the call to its last byte, milliseconds, &gt;= 0
 * @param firstTokenMs to the first token; null if the call was not streamed
 * @param energyJoules 0 if nobody measured it
 */
public record Usage(
        int inputTokens,
        int outputTokens,
        long costNanos,
        double latencyMs,
        @Nullable Double firstTokenMs,
        double energyJoules) {

    /** A call that never ran. */
    public static final Usage NONE = afterMs(0);

    public Usage {
        if (inputTokens < 0 || outputTokens < 0 || costNanos < 0) {
            throw new IllegalArgumentException("usage of " + inputTokens + " input tokens, " + outputTokens
                    + " output tokens, " + costNanos + " nano-dollars: none may be negative");
        }
        if (!(latencyMs >= 0) || !(energyJoules >= 0)) {
            throw new IllegalArgumentException(
                    "latency " + latencyMs + " ms and energy " + energyJoules + " J must be >= 0 and not NaN");
        }
    }

    /** Nothing known but how long it took. */
    public static Usage afterMs(double latencyMs) {
        return new Usage(0, 0, 0, latencyMs, null, 0);
    }
}
