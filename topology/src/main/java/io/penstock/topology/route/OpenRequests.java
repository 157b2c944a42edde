package io.penstock.topology.route;

import io.penstock.topology.HotValues;
import io.penstock.topology.PresentKeys;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The open requests of one task by identity, in their store. */
final class OpenRequests {
    private final KeyValueStore<String, byte[]> store;
    private final PresentKeys present = new PresentKeys();
    private final HotValues<OpenRequest> hot = new HotValues<>();

    /** @param each is told of every request that an earlier run left open */
    OpenRequests(KeyValueStore<String, byte[]> store, Consumer<OpenRequest> each) {
        this.store = store;
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                present.add(entry.key);
                each.accept(OpenRequest.fromBytes(entry.value));
            }
        }
    }

    @Nullable
    OpenRequest find(String identity) {
        if (!present.mayContain(identity)) {
            return null;
        }
        OpenRequest known = hot.get(identity);
        if (known != null) {
            return known;
        }
        byte[] stored = store.get(identity);
        return stored == null ? null : OpenRequest.fromBytes(stored);
    }

    /** Takes a request that has been decided; at its first attempt it must be new, or have waited. */
    void put(OpenRequest request, boolean waited) {
        if (request.attempt() == 1 && !waited) {
            present.add(request.identity().key());
        }
        write(request);
    }

    /** Takes a request that waits for its first attempt, or for a further one. */
    void hold(OpenRequest request) {
        if (request.attempt() == 0) {
            present.add(request.identity().key());
        }
        write(request);
    }

    private void write(OpenRequest request) {
        String identity = request.identity().key();
        byte[] bytes = request.toBytes();
        store.put(identity, bytes);
        hot.put(identity, request, bytes.length);
    }

    void remove(OpenRequest request) {
        String identity = request.identity().key();
        store.delete(identity);
        present.remove(identity);
        hot.remove(identity);
    }
}
