package io.penstock.connector;

import io.penstock.event.Lane;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What waits for one model, by lane, and how many calls it has. Online goes first. Used by the worker thread alone. */
final class ModelQueue {
    private final Map<Lane, Deque<Attempt>> waiting = new EnumMap<>(Lane.class);
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

    boolean remove(Attempt attempt) {
        return lane(attempt).remove(attempt);
    }

    /** Takes out every waiting attempt that matches, and hands it on. */
    void removeIf(Predicate<Attempt> matches, Consumer<Attempt> removed) {
        for (Deque<Attempt> queue : waiting.values()) {
            Iterator<Attempt> attempts = queue.iterator();
            while (attempts.hasNext()) {
                Attempt attempt = attempts.next();
                if (matches.test(attempt)) {
                    attempts.remove();
                    removed.accept(attempt);
                }
            }
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
