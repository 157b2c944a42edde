package io.penstock.connector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attempts this process has taken and not finished, and the last ones it finished. Used by the worker thread alone. */
final class LiveAttempts {
    private final Map<String, Attempt> byDecision = new LinkedHashMap<>();
    private final Map<String, List<Attempt>> byIdentity = new HashMap<>();
    private final Map<String, Boolean> finished;

    /** @param memory how many finished decisions to remember, for partitions that come back after a rebalance */
    LiveAttempts(int memory) {
        this.finished = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > memory;
            }
        };
    }

    @Nullable
    Attempt byDecision(String decisionId) {
        return byDecision.get(decisionId);
    }

    /** Attempts of one request; of one decision if that is given. */
    List<Attempt> matching(String identity, @Nullable String decisionId) {
        List<Attempt> all = byIdentity.getOrDefault(identity, List.of());
        return all.stream()
                .filter(attempt -> decisionId == null || decisionId.equals(attempt.decisionId()))
                .toList();
    }

    List<Attempt> all() {
        return List.copyOf(byDecision.values());
    }

    boolean hasFinished(String decisionId) {
        return finished.containsKey(decisionId);
    }

    void add(Attempt attempt) {
        byDecision.put(attempt.decisionId(), attempt);
        byIdentity
                .computeIfAbsent(attempt.identity().key(), key -> new ArrayList<>(1))
                .add(attempt);
    }

    void finished(Attempt attempt) {
        remove(attempt);
        finished.put(attempt.decisionId(), Boolean.TRUE);
    }

    void remove(Attempt attempt) {
        byDecision.remove(attempt.decisionId());
        byIdentity.computeIfPresent(attempt.identity().key(), (key, attempts) -> {
            attempts.remove(attempt);
            return attempts.isEmpty() ? null : attempts;
        });
    }
}
