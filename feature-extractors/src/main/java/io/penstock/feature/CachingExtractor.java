package io.penstock.feature;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the vectors of recent prompts of a dear extractor. Keys are 128-bit hashes over the prompt and the extractor's
 * hash: no text is kept. Bounded by bytes (that of the given number of vectors). Safe for concurrent use.
 */
public final class CachingExtractor implements FeatureExtractor {
    /** Key, vector object and the cache's own entry, roughly, beside the floats. */
    private static final int ENTRY_OVERHEAD_BYTES = 160;

    private final FeatureExtractor extractor;
    private final EngineMetrics metrics;
    private final Cache<PromptKey, FeatureVector> vectors;

    /**
     * Takes over the extractor.
     *
     * @param entries vectors to keep, at least 1
     */
    public CachingExtractor(FeatureExtractor extractor, int entries, EngineMetrics metrics) {
        if (entries < 1) {
            throw new IllegalArgumentException("entries is " + entries + ", must be 1 or more");
        }
        this.extractor = extractor;
        this.metrics = metrics;
        int bytes = ENTRY_OVERHEAD_BYTES + extractor.id().dimension() * Float.BYTES;
        vectors = Caffeine.newBuilder()
                .maximumWeight((long) entries * bytes)
                .weigher((PromptKey key, FeatureVector vector) ->
                        ENTRY_OVERHEAD_BYTES + vector.dimension() * Float.BYTES)
                .executor(Runnable::run)
                .build();
    }

    /** The kept vector, or null; counts the hit, not the miss, which {@link #extract} counts. */
    @Nullable
    FeatureVector cached(Prompt prompt) {
        FeatureVector vector = vectors.getIfPresent(key(prompt));
        if (vector != null) {
            metrics.count(EngineMetrics.Event.CACHE_HIT);
        }
        return vector;
    }

    @Override
    public List<FeatureVector> extract(List<Prompt> prompts) {
        List<@Nullable FeatureVector> found = new ArrayList<>(prompts.size());
        List<Prompt> missing = new ArrayList<>();
        for (Prompt prompt : prompts) {
            FeatureVector vector = cached(prompt);
            found.add(vector);
            if (vector == null) {
                metrics.count(EngineMetrics.Event.CACHE_MISS);
                missing.add(prompt);
            }
        }
        List<FeatureVector> fresh = missing.isEmpty() ? List.of() : extractor.extract(missing);
        List<FeatureVector> all = new ArrayList<>(prompts.size());
        int next = 0;
        for (int i = 0; i < prompts.size(); i++) {
            FeatureVector vector = found.get(i);
            if (vector == null) {
                vector = fresh.get(next++);
                keep(prompts.get(i), vector);
            }
            all.add(vector);
        }
        return all;
    }

    @Override
    public ExtractorId id() {
        return extractor.id();
    }

    @Override
    public boolean cheap() {
        return extractor.cheap();
    }

    @Override
    public void close() {
        extractor.close();
    }

    /** Vectors kept now, about. */
    long size() {
        vectors.cleanUp();
        return vectors.estimatedSize();
    }

    private void keep(Prompt prompt, FeatureVector vector) {
        if (!vector.degraded()) {
            vectors.put(key(prompt), vector);
        }
    }

    private PromptKey key(Prompt prompt) {
        return PromptKey.of(prompt, extractor.id().hash());
    }
}
