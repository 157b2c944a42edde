package io.penstock.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What will happen, in the order of its times; what has the same time happens in the order in which it was added. */
final class Agenda {
    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>(Comparator.comparingLong(Entry::time).thenComparingLong(Entry::number));
    private long added;

    private record Entry(long time, long number, Runnable action) {}

    /** @param time milliseconds since 1970 */
    void at(long time, Runnable action) {
        queue.add(new Entry(time, added++, action));
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** When the next thing happens; the agenda must not be empty. */
    long next() {
        return queue.element().time();
    }

    /** Takes the next thing off the agenda and makes it happen. */
    void run() {
        queue.remove().action().run();
    }
}
