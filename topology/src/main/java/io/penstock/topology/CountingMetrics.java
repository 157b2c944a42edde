package io.penstock.topology;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters in memory, for the operations page, tests and benchmarks. */
public final class CountingMetrics implements StageMetrics {
    private final ConcurrentMap<String, LongAdder> counters = new ConcurrentHashMap<>();

    @Override
    public void count(String counter) {
        counters.computeIfAbsent(counter, name -> new LongAdder()).increment();
    }

    /** How often a counter was hit; 0 for one that never was. */
    public long value(String counter) {
        LongAdder adder = counters.get(counter);
        return adder == null ? 0 : adder.sum();
    }

    /** All counters by name. */
    public Map<String, Long> values() {
        Map<String, Long> snapshot = new TreeMap<>();
        counters.forEach((name, adder) -> snapshot.put(name, adder.sum()));
        return snapshot;
    }
}
