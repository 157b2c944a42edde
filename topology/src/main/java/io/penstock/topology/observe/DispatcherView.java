package io.penstock.topology.observe;

import io.penstock.event.Availability;
import io.penstock.event.BreakerState;
import io.penstock.event.DispatcherState;
import io.penstock.schema.Keys;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the dispatchers have lately said of the models they serve. What is not said again within its time is forgotten, so a
 * dispatcher that is gone bans no model; the time counts from when it was read, so nobody's clock matters. Written by one
 * thread, read by any number.
 */
final class DispatcherView {
    /** Whatever a record says. */
    private static final long LONGEST_VALID_MS = 60_000;

    private final Map<String, Map<String, Said>> models = new ConcurrentHashMap<>();

    private record Said(BreakerState breaker, long until) {}

    /**
     * Takes a record of the dispatcher-state topic.
     *
     * @param state null if the dispatcher serves the model no longer
     * @param now epoch milliseconds
     * @throws IllegalArgumentException if it must not be used; what was known stays
     */
    void apply(@Nullable String key, @Nullable DispatcherState state, long now) {
        int slash = key == null ? -1 : key.indexOf('/');
        if (key == null || slash < 0) {
            throw new IllegalArgumentException("the key must be model/dispatcher, but is another");
        }
        String model = key.substring(0, slash);
        if (state == null) {
            models.computeIfPresent(model, (slug, said) -> {
                said.remove(key);
                return said.isEmpty() ? null : said;
            });
            return;
        }
        check(key, state);
        long valid = Math.min(LONGEST_VALID_MS, state.getValidForMs());
        models.computeIfAbsent(model, slug -> new ConcurrentHashMap<>())
                .put(key, new Said(state.getBreaker(), now + valid));
    }

    private static void check(String key, DispatcherState state) {
        if (!Keys.isSlug(state.getModel())) {
            throw new IllegalArgumentException("model must be a slug [a-z0-9-]{1,80}, but is not");
        }
        if (!key.equals(state.getModel() + '/' + state.getDispatcher())) {
            throw new IllegalArgumentException("the key must be model/dispatcher of its value, but is another");
        }
        if (state.getValidForMs() < 0) {
            throw new IllegalArgumentException("valid_for_ms must not be negative, but is " + state.getValidForMs());
        }
    }

    /** Those that some dispatcher serves. */
    NavigableSet<String> models() {
        return new TreeSet<>(models.keySet());
    }

    /** What those say whose time is not over. */
    ModelHealth health(String model, long now) {
        Map<String, Said> said = models.getOrDefault(model, Map.of());
        int open = 0;
        int halfOpen = 0;
        int all = 0;
        for (Said one : said.values()) {
            if (one.until() < now) {
                continue;
            }
            all++;
            open += one.breaker() == BreakerState.OPEN ? 1 : 0;
            halfOpen += one.breaker() == BreakerState.HALF_OPEN ? 1 : 0;
        }
        if (all == 0) {
            return ModelHealth.UNKNOWN;
        }
        boolean closed = all > open + halfOpen;
        Availability others = halfOpen > 0 ? Availability.PROBING : Availability.UNAVAILABLE;
        return new ModelHealth(closed ? Availability.AVAILABLE : others, all, open);
    }
}
