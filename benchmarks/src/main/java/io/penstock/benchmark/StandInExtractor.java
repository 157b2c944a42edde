package io.penstock.benchmark;

import io.penstock.feature.ExtractorId;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureVector;
import io.penstock.feature.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** An engine with the cost shape of a GPU: 2 ms a call plus 0.1 ms a record, waiting, not computing. */
final class StandInExtractor implements FeatureExtractor {
    private static final long CALL_NANOS = 2_000_000;
    private static final long RECORD_NANOS = 100_000;

    private final ExtractorId id = ExtractorId.of("stand-in", 1, BenchCluster.DIMENSION, new TreeMap<>());
    private final FeatureVector vector = FeatureVector.of(new float[BenchCluster.DIMENSION]);

    @Override
    public List<FeatureVector> extract(List<Prompt> prompts) {
        long end = System.nanoTime() + CALL_NANOS + RECORD_NANOS * prompts.size();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        List<FeatureVector> vectors = new ArrayList<>(prompts.size());
        prompts.forEach(prompt -> vectors.add(vector));
        return vectors;
    }

    @Override
    public ExtractorId id() {
        return id;
    }

    @Override
    public boolean cheap() {
        return false;
    }
}
