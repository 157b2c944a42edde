package io.penstock.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An extractor whose failures are degraded vectors: every prompt gets one of the right dimension. */
final class SafeExtraction {
    private static final Logger LOGGER = LoggerFactory.getLogger(SafeExtraction.class);

    private final FeatureExtractor extractor;
    private final EngineMetrics metrics;
    private final FeatureVector degraded;
    private final AtomicLong failures = new AtomicLong();

    SafeExtraction(FeatureExtractor extractor, EngineMetrics metrics) {
        this.extractor = extractor;
        this.metrics = metrics;
        degraded = FeatureVector.degraded(extractor.id().dimension());
    }

    List<FeatureVector> extract(List<Prompt> prompts) {
        List<FeatureVector> vectors = attempt(prompts);
        if (vectors != null) {
            return vectors.stream().map(this::checked).toList();
        }
        if (prompts.size() == 1) {
            metrics.count(EngineMetrics.Event.FAILED);
            return List.of(degraded);
        }
        List<FeatureVector> singles = new ArrayList<>(prompts.size());
        for (Prompt prompt : prompts) {
            singles.addAll(extract(List.of(prompt)));
        }
        return singles;
    }

    private FeatureVector checked(@Nullable FeatureVector vector) {
        if (vector != null && vector.dimension() == degraded.dimension()) {
            return vector;
        }
        metrics.count(EngineMetrics.Event.INVALID);
        return degraded;
    }

    // An extractor may run native code and a prompt may exhaust a stack: no failure may end the worker.
    private @Nullable List<FeatureVector> attempt(List<Prompt> prompts) {
        try {
            List<FeatureVector> vectors = extractor.extract(prompts);
            if (vectors.size() == prompts.size()) {
                return vectors;
            }
            report("wrong number of vectors");
        } catch (Exception | Error e) {
            report(e.getClass().getName());
        }
        return null;
    }

    /** Only the kind of failure: messages of foreign exceptions may quote the prompt. */
    private void report(String reason) {
        long count = failures.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            LOGGER.atWarn()
                    .addKeyValue("extractor", extractor.id().name())
                    .addKeyValue("reason", reason)
                    .addKeyValue("failures", count)
                    .log("Feature extraction failed; degraded vectors are used (logged at 1, 2, 4, 8 … failures)");
        }
    }
}
