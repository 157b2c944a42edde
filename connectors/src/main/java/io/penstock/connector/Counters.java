package io.penstock.connector;

import io.penstock.event.CompletionStatus;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a dispatcher has done since it started. Thread-safe. */
final class Counters {
    private final Map<CompletionStatus, LongAdder> ended = new EnumMap<>(CompletionStatus.class);
    private final LongAdder calls = new LongAdder();
    private final LongAdder deadLetters = new LongAdder();
    private final AtomicInteger inFlight = new AtomicInteger();

    Counters() {
        for (CompletionStatus status : CompletionStatus.values()) {
            ended.put(status, new LongAdder());
        }
    }

    void started() {
        calls.increment();
        inFlight.incrementAndGet();
    }

    /** A call ended whose attempt will make another. */
    void rested() {
        inFlight.decrementAndGet();
    }

    void ended(CompletionStatus status, boolean wasCalled) {
        Objects.requireNonNull(ended.get(status)).increment();
        if (wasCalled) {
            inFlight.decrementAndGet();
        }
    }

    void deadLettered() {
        deadLetters.increment();
    }

    DispatcherStats snapshot(int waiting) {
        Map<CompletionStatus, Long> completions = new EnumMap<>(CompletionStatus.class);
        ended.forEach((status, count) -> completions.put(status, count.sum()));
        return new DispatcherStats(calls.sum(), inFlight.get(), waiting, completions, deadLetters.sum());
    }
}
