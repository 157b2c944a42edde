package io.penstock.feature;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which tier to use and how to run it.
 *
 * @param tier {@code hashed-ngrams}, {@code lexical}, {@code tfidf-svd} or {@code minilm}
 * @param dimension of the vector, 24 to 64; {@code lexical} and {@code tfidf-svd} have their own
 * @param device for {@code minilm}; the others always run on the CPU
 * @param cacheEntries vectors kept for repeated prompts, 0 switches the cache off; only {@code minilm} uses it
 * @param deadline after which a record goes on with a degraded vector
 * @param maxBatch most prompts one worker takes at a time: about 8 on CPU cores, where more only delays, 64 and more
 *     on a GPU; 1 makes int8 inference independent of its batch mates
 * @param workers threads that run a tier which is not cheap
 * @param fittedFile what {@link TfIdfSvd#toBytes()} gave; {@code tfidf-svd} needs it, the others ignore it
 */
public record FeatureSettings(
        String tier,
        int dimension,
        Device device,
        int cacheEntries,
        Duration deadline,
        int maxBatch,
        int workers,
        @Nullable Path fittedFile) {
    public static final int MIN_DIMENSION = 24;
    public static final int MAX_DIMENSION = 64;

    public FeatureSettings {
        if (!FeatureExtractors.NAMES.contains(tier)) {
            throw new IllegalArgumentException("tier is '" + tier + "', must be one of " + FeatureExtractors.NAMES);
        }
        requireRange("dimension", dimension, MIN_DIMENSION, MAX_DIMENSION);
        requireRange("cacheEntries", cacheEntries, 0, 10_000_000);
        requireRange("maxBatch", maxBatch, 1, 4096);
        requireRange("workers", workers, 1, 256);
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("deadline is " + deadline + ", must be positive");
        }
    }

    /** Without a fitted file. */
    @SuppressWarnings("checkstyle:ParameterNumber") // those of the record
    public FeatureSettings(
            String tier, int dimension, Device device, int cacheEntries, Duration deadline, int maxBatch, int workers) {
        this(tier, dimension, device, cacheEntries, deadline, maxBatch, workers, null);
    }

    /** Hashed n-grams, 32 dimensions, automatic device. */
    public static FeatureSettings defaults() {
        return new FeatureSettings(
                HashedNgramExtractor.NAME, 32, Device.AUTO, 10_000, Duration.ofSeconds(2), 8, defaultWorkers());
    }

    /** The same settings under another tier. */
    public FeatureSettings withTier(String newTier) {
        return new FeatureSettings(newTier, dimension, device, cacheEntries, deadline, maxBatch, workers, fittedFile);
    }

    /** The same settings with another dimension. */
    public FeatureSettings withDimension(int newDimension) {
        return new FeatureSettings(tier, newDimension, device, cacheEntries, deadline, maxBatch, workers, fittedFile);
    }

    /** The same settings with the file of a fitted tier. */
    public FeatureSettings withFittedFile(Path newFile) {
        return new FeatureSettings(tier, dimension, device, cacheEntries, deadline, maxBatch, workers, newFile);
    }

    private static int defaultWorkers() {
        // One-thread inference sessions scale with cores; half of them are left to the stream threads.
        return Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors() / 2));
    }

    private static void requireRange(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " is " + value + ", must be between " + low + " and " + high);
        }
    }
}
