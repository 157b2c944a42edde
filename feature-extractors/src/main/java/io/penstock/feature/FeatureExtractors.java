package io.penstock.feature;

import java.nio.file.Path;
import java.util.List;

/** The tiers by name, cheapest first. A new tier is one class and one line here. */
public final class FeatureExtractors {
    /** What {@link FeatureSettings#tier()} may be. */
    public static final List<String> NAMES =
            List.of(LexicalExtractor.NAME, HashedNgramExtractor.NAME, FittedExtractor.NAME, MiniLmExtractor.NAME);

    private FeatureExtractors() {}

    /** The tier that the settings name, behind a cache if it is dear; counts nothing. */
    public static FeatureExtractor byName(FeatureSettings settings) {
        return byName(settings, EngineMetrics.NONE);
    }

    /**
     * The tier that the settings name, behind a cache if it is dear. The caller closes it, or gives it to a {@link
     * FeatureEngine}, which does. Its dimension is {@code id().dimension()}: the lexical tier's own is fixed.
     *
     * @throws IllegalStateException if the tier cannot start, e.g. the device that was asked for is missing
     */
    public static FeatureExtractor byName(FeatureSettings settings, EngineMetrics metrics) {
        return switch (settings.tier()) {
            case LexicalExtractor.NAME -> new LexicalExtractor();
            case HashedNgramExtractor.NAME -> new HashedNgramExtractor(settings.dimension());
            // The next CPU tier (distilled token vectors) belongs here.
            case FittedExtractor.NAME -> fitted(settings);
            case MiniLmExtractor.NAME -> cached(MiniLmExtractor.create(settings), settings, metrics);
            default -> throw new IllegalArgumentException("tier is '" + settings.tier() + "', must be one of " + NAMES);
        };
    }

    private static FeatureExtractor fitted(FeatureSettings settings) {
        Path file = settings.fittedFile();
        if (file == null) {
            throw new IllegalArgumentException(
                    "fittedFile is not set, must be the file of a fitted projection for tier " + FittedExtractor.NAME);
        }
        return FittedExtractor.read(file);
    }

    private static FeatureExtractor cached(FeatureExtractor tier, FeatureSettings settings, EngineMetrics metrics) {
        return settings.cacheEntries() == 0 ? tier : new CachingExtractor(tier, settings.cacheEntries(), metrics);
    }
}
