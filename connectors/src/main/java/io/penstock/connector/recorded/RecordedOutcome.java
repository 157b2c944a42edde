package io.penstock.connector.recorded;

/**
 * What one model did on one prompt.
 *
 * @param quality in [0, 1]
 * @param inputTokens &gt;= 0
 * @param outputTokens &gt;= 0
 * @param costUsd as recorded, dollars for this request, &gt;= 0
 * @param firstTokenMs by the model's reference line; 0 if it has none
 * @param latencyMs as recorded, else by the reference line: first token + output tokens × time per token; 0 if neither
 * @param energyJoules as recorded, else by the reference line; 0 if neither
 */
public record RecordedOutcome(
        double quality,
        int inputTokens,
        int outputTokens,
        double costUsd,
        double firstTokenMs,
        double latencyMs,
        double energyJoules) {
    private static final double NANOS_PER_USD = 1e9;

    public RecordedOutcome {
        if (!(quality >= 0 && quality <= 1)) {
            throw new IllegalArgumentException("quality " + quality + " must be in [0, 1]");
        }
        if (inputTokens < 0 || outputTokens < 0) {
            throw new IllegalArgumentException(
                    "tokens " + inputTokens + " in, " + outputTokens + " out must not be negative");
        }
        if (!(costUsd >= 0) || !(firstTokenMs >= 0) || !(latencyMs >= 0) || !(energyJoules >= 0)) {
            throw new IllegalArgumentException("cost " + costUsd + ", first token " + firstTokenMs + " ms, latency "
                    + latencyMs + " ms, energy " + energyJoules + " J must be >= 0 and not NaN");
        }
    }

    /** The cost in whole nano-dollars. */
    public long costNanos() {
        return Math.round(costUsd * NANOS_PER_USD);
    }
}
