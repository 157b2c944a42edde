package io.penstock.connector;

import io.penstock.event.Lane;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What waits for one model, by lane, and how many calls it has. Online goes first. Used by the worker thread alone. */
final class ModelQueue {
    private final Map<Lane, Deque<Attempt>> waiting = new EnumMap<>(Lane.class);
    /** Those whose next call is not due yet. */
    private final Set<Attempt> resting = new LinkedHashSet<>();

    private int inFlight;

    ModelQueue() {
        for (Lane lane : Lane.values()) {
            waiting.put(lane, new ArrayDeque<>());
        }
    }

    void add(Attempt attempt) {
        lane(attempt).addLast(attempt);
    }

    /** The next to start; null if none waits. */
    @Nullable
    Attempt poll() {
        for (Deque<Attempt> queue : waiting.values()) {
            Attempt next = queue.pollFirst();
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    boolean isEmpty() {
        return waiting.values().stream().allMatch(Deque::isEmpty);
    }

    int size() {
        return waiting.values().stream().mapToInt(Deque::size).sum() + resting.size();
    }

    void rest(Attempt attempt) {
        resting.add(attempt);
    }

    /** What rested goes before those of its lane that have not been called yet; false if it was removed meanwhile. */
    boolean wake(Attempt attempt) {
        boolean rested = resting.remove(attempt);
        if (rested) {
            lane(attempt).addFirst(attempt);
        }
        return rested;
    }

    boolean remove(Attempt attempt) {
        return resting.remove(attempt) || lane(attempt).remove(attempt);
    }

    /** Takes out every waiting attempt that matches, and hands it on. */
    void removeIf(Predicate<Attempt> matches, Consumer<Attempt> removed) {
        for (Deque<Attempt> queue : waiting.values()) {
            removeIf(queue, matches, removed);
        }
        removeIf(resting, matches, removed);
    }

    private static void removeIf(Collection<Attempt> from, Predicate<Attempt> matches, Consumer<Attempt> removed) {
        List<Attempt> found = from.stream().filter(matches).toList();
        if (!found.isEmpty()) {
            from.removeAll(new HashSet<>(found));
            found.forEach(removed);
        }
    }

    private Deque<Attempt> lane(Attempt attempt) {
        return Objects.requireNonNull(waiting.get(attempt.dispatch().getLane()));
    }

    int inFlight() {
        return inFlight;
    }

    void slotTaken() {
        inFlight++;
    }

    void slotFreed() {
        inFlight--;
    }
}
