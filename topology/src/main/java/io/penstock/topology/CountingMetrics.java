package io.penstock.topology;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters and gauges in memory, for the operations page, tests and benchmarks. */
public final class CountingMetrics implements StageMetrics {
    private final ConcurrentMap<String, LongAdder> counters = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Long> gauges = new ConcurrentHashMap<>();

    @Override
    public void count(String counter) {
        counters.computeIfAbsent(counter, name -> new LongAdder()).increment();
    }

    @Override
    public void gauge(String gauge, long value) {
        gauges.put(gauge, value);
    }

    /** How often a counter was hit, or what a gauge was last; 0 for one that never was. */
    public long value(String counter) {
        LongAdder adder = counters.get(counter);
        return adder == null ? gauges.getOrDefault(counter, 0L) : adder.sum();
    }

    /** All counters and gauges by name. */
    public Map<String, Long> values() {
        Map<String, Long> snapshot = new TreeMap<>(gauges);
        counters.forEach((name, adder) -> snapshot.put(name, adder.sum()));
        return snapshot;
    }
}
