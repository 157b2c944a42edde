package io.penstock.feature;

import java.util.List;

/**
 * Turns prompts into vectors: one tier. Implementations are safe for concurrent use.
 *
 * <p>To add a tier: implement this, give it a name in {@link FeatureExtractors}, put everything that changes its
 * numbers into {@link ExtractorId#of}. See the module's README.
 */
public interface FeatureExtractor extends AutoCloseable {

    /**
     * One vector per prompt, in the same order, each of {@code id().dimension()} components. Deterministic: the same
     * list gives the same vectors. Any text is allowed, of any length; time and memory stay bounded.
     */
    List<FeatureVector> extract(List<Prompt> prompts);

    /** What this is; constant. */
    ExtractorId id();

    /**
     * Whether a call takes microseconds, so may run on the caller's thread (a stream thread). Otherwise it goes
     * through the workers of a {@link FeatureEngine}.
     */
    boolean cheap();

    /** Releases what the tier holds; nothing by default. */
    @Override
    default void close() {}
}
