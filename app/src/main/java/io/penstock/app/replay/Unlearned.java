package io.penstock.app.replay;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;

/**
 * The requests whose verdict is not yet in the policy that route uses. A request leaves when route's policy covers the
 * offset of its verdict, or at once when it ended without an answer, for then nothing will be learned from it.
 */
final class Unlearned {
    private final Set<Integer> open = new HashSet<>();
    private final Map<Integer, Deque<Verdict>> byPartition = new HashMap<>();

    private record Verdict(int index, long offset) {}

    void add(int index) {
        open.add(index);
    }

    /** The request's verdict lies at this place of outcomes. */
    void verdict(int index, int partition, long offset) {
        if (open.contains(index)) {
            byPartition.computeIfAbsent(partition, p -> new ArrayDeque<>()).add(new Verdict(index, offset));
        }
    }

    void endedWithoutAnswer(int index) {
        open.remove(index);
    }

    /** Lets those go that the policy covers by now; true if there was one. */
    boolean release(IntToLongFunction coveredByPartition) {
        int before = open.size();
        byPartition.forEach((partition, verdicts) -> {
            long covered = coveredByPartition.applyAsLong(partition);
            while (!verdicts.isEmpty() && verdicts.peek().offset() < covered) {
                open.remove(verdicts.remove().index());
            }
        });
        return open.size() < before;
    }

    boolean contains(int index) {
        return open.contains(index);
    }

    int size() {
        return open.size();
    }
}
