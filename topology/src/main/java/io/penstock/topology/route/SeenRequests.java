package io.penstock.topology.route;

import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/**
 * Identity → hash of the body, of requests that are not open any more, for the deduplication horizon. Entries lie in
 * windows of one horizon, so a look-up is two point reads instead of a range scan, and whole segments expire.
 */
final class SeenRequests {
    private static final String MARK = "";

    private final WindowStore<String, byte[]> store;
    private final long window;

    SeenRequests(WindowStore<String, byte[]> store, Duration horizon) {
        this.store = store;
        this.window = windowMillis(horizon);
    }

    static StoreBuilder<WindowStore<String, byte[]>> builder(String name, Duration horizon) {
        Duration window = Duration.ofMillis(windowMillis(horizon));
        return Stores.windowStoreBuilder(
                        Stores.persistentWindowStore(name, horizon.plus(window), window, false),
                        Serdes.String(),
                        Serdes.ByteArray())
                .withCachingDisabled();
    }

    /** The hash of the body that came first under this identity, or null. */
    @Nullable
    Bytes find(String identity, long requestTime) {
        long start = requestTime / window * window;
        for (long at = start; at >= 0 && at >= start - window; at -= window) {
            byte[] hash = store.fetch(identity, at);
            if (hash != null) {
                return Bytes.wrap(hash);
            }
        }
        return null;
    }

    void remember(String identity, Bytes bodyHash, long requestTime) {
        store.put(identity, bodyHash.get(), requestTime / window * window);
    }

    /**
     * Writes a record that no identity has. Under exactly-once, Kafka Streams 4.3 takes a task whose window store was never
     * written for corrupted at each start, and restores all of its stores.
     */
    void mark(long now) {
        if (store.fetch(MARK, now / window * window) == null) {
            remember(MARK, Bytes.wrap(new byte[0]), now);
        }
    }

    private static long windowMillis(Duration horizon) {
        return Math.max(1, horizon.toMillis());
    }
}
