package io.penstock.feature;

/** What a {@link FeatureEngine} and a {@link CachingExtractor} count. Called from any thread; must not block. */
public interface EngineMetrics {
    /** Counts nothing. */
    EngineMetrics NONE = event -> {};

    /** One more of this. */
    void count(Event event);

    /** The closed list of what is counted, each once per record. */
    enum Event {
        /** A vector came from the extractor in time. */
        EXTRACTED("extracted"),
        /** The deadline passed first; the record went on with a degraded vector. */
        EXPIRED("expired"),
        /** The extractor threw. */
        FAILED("failed"),
        /** The extractor gave too few vectors, or one with another dimension. */
        INVALID("invalid"),
        /** The engine was closed. */
        REFUSED("refused"),
        CACHE_HIT("cache-hit"),
        CACHE_MISS("cache-miss");

        private final String label;

        Event(String label) {
            this.label = label;
        }

        /** The metric label. */
        public String label() {
            return label;
        }
    }
}
