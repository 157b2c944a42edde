package io.penstock.feature;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Plain counters, read at any time. */
public final class CountingMetrics implements EngineMetrics {
    private final Map<Event, LongAdder> counters = new EnumMap<>(Event.class);

    public CountingMetrics() {
        for (Event event : Event.values()) {
            counters.put(event, new LongAdder());
        }
    }

    @Override
    public void count(Event event) {
        counter(event).increment();
    }

    /** How often so far. */
    public long get(Event event) {
        return counter(event).sum();
    }

    private LongAdder counter(Event event) {
        LongAdder adder = counters.get(event);
        if (adder == null) {
            throw new IllegalStateException("no counter for " + event);
        }
        return adder;
    }
}
