package io.penstock.topology.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one task that wait for money, in the order in which they began to. The requests themselves are among the open
 * ones; here is only who waits. Used by one thread.
 */
final class HeldRequests {
    private final KeyValueStore<String, byte[]> store;
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private final Map<String, Integer> firstAttempts = new HashMap<>();
    private long next;

    private record Slot(String key, String session, boolean first) {}

    /** @param open finds an open request by its identity */
    HeldRequests(KeyValueStore<String, byte[]> store, Function<String, @Nullable OpenRequest> open) {
        this.store = store;
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                next = HexFormat.fromHexDigitsToLong(entry.key) + 1;
                OpenRequest request = open.apply(Serdes.String().deserializer().deserialize("", entry.value));
                if (request == null) {
                    throw new IllegalStateException("a request is held that is not open: possible corruption");
                }
                put(request, entry.key);
            }
        }
    }

    boolean contains(OpenRequest request) {
        return slots.containsKey(request.identity().key());
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    int size() {
        return slots.size();
    }

    /** Whether an earlier request of the same session waits for its first attempt, so that this one must wait behind it. */
    boolean isBehind(OpenRequest request) {
        return firstAttempts.containsKey(session(request));
    }

    /** Identities, those that wait longest first. */
    List<String> identities() {
        return new ArrayList<>(slots.keySet());
    }

    void add(OpenRequest request) {
        String key = HexFormat.of().toHexDigits(next++);
        store.put(
                key,
                Serdes.String().serializer().serialize("", request.identity().key()));
        put(request, key);
    }

    private void put(OpenRequest request, String key) {
        boolean first = request.attempt() == 0;
        slots.put(request.identity().key(), new Slot(key, session(request), first));
        if (first) {
            firstAttempts.merge(session(request), 1, Integer::sum);
        }
    }

    /** The request waits no longer; nothing if it did not. */
    void remove(OpenRequest request) {
        Slot slot = slots.remove(request.identity().key());
        if (slot != null) {
            store.delete(slot.key());
            if (slot.first()) {
                firstAttempts.computeIfPresent(slot.session(), (session, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    static String session(OpenRequest request) {
        return request.identity().tenant() + '/' + request.routingKey();
    }
}
