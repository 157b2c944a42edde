package io.penstock.connector;

import io.penstock.event.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cancellations of attempts that have not been read yet. Bounded in age and number: a dispatch overtaken by more is called
 * in vain, and its completion ignored. Used by the worker thread alone.
 */
final class CancelIndex {
    private static final String EVERY_ATTEMPT = "";

    private final Duration keep;
    private final int limit;
    private final Map<String, Noted> byKey = new HashMap<>();
    private final Deque<Noted> oldestFirst = new ArrayDeque<>();

    private record Noted(String key, String reason, Instant at) {}

    CancelIndex(Duration keep, int limit) {
        this.keep = keep;
        this.limit = limit;
    }

    void add(String identity, Cancellation cancellation, Instant now) {
        String decision = cancellation.getDecisionId() == null ? EVERY_ATTEMPT : cancellation.getDecisionId();
        Noted noted = new Noted(key(identity, decision), cancellation.getReason(), now);
        byKey.put(noted.key(), noted);
        oldestFirst.addLast(noted);
        while (oldestFirst.size() > limit
                || oldestFirst.getFirst().at().plus(keep).isBefore(now)) {
            Noted old = oldestFirst.removeFirst();
            byKey.remove(old.key(), old);
        }
    }

    /** Why the attempt is cancelled; null if it is not. */
    @Nullable
    String reason(Attempt attempt) {
        String identity = attempt.identity().key();
        Noted noted = byKey.get(key(identity, EVERY_ATTEMPT));
        if (noted == null) {
            noted = byKey.get(key(identity, attempt.decisionId()));
        }
        return noted == null ? null : noted.reason();
    }

    private static String key(String identity, String decision) {
        return identity + '/' + decision;
    }
}
