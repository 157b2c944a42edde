package io.penstock.simulation;

import io.penstock.topology.StageMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** What the stages have counted. */
final class Counts implements StageMetrics {
    private final Map<String, Integer> counters = new ConcurrentSkipListMap<>();

    @Override
    public void count(String counter) {
        counters.merge(counter, 1, Integer::sum);
    }

    int of(String counter) {
        return counters.getOrDefault(counter, 0);
    }
}
