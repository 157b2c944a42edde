package io.penstock.feature;

import java.time.Duration;

/**
 * How a {@link FeatureEngine} runs its extractor.
 *
 * @param workers threads, 1 to 256
 * @param maxBatch most prompts a worker takes at a time, 1 to 4096
 * @param deadline from submit to result; then the record goes on with a degraded vector
 */
public record EngineSettings(int workers, int maxBatch, Duration deadline) {

    public EngineSettings {
        requireRange("workers", workers, 256);
        requireRange("maxBatch", maxBatch, 4096);
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("deadline is " + deadline + ", must be positive");
        }
    }

    /** The part of the feature settings that concerns the engine. */
    public static EngineSettings from(FeatureSettings settings) {
        return new EngineSettings(settings.workers(), settings.maxBatch(), settings.deadline());
    }

    private static void requireRange(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", must be between 1 and " + most);
        }
    }
}
