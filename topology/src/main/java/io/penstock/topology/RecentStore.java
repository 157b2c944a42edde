package io.penstock.topology;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/**
 * One value a key, remembered for at least a horizon. Values lie in windows of one horizon, so a look-up is two point
 * reads instead of a range scan over every segment, and whole segments expire.
 */
public final class RecentStore {
    /** A key that is no identity. */
    private static final String MARK = "";

    /** How far the clock of the host that put a value may have been ahead. */
    private static final long MAX_SKEW_MILLIS = 600_000;

    private final WindowStore<String, byte[]> store;
    private final long window;
    private boolean marked;

    /**
     * The store of one task.
     *
     * @param horizon as given to {@link #builder}
     */
    public RecentStore(WindowStore<String, byte[]> store, Duration horizon) {
        this.store = store;
        this.window = windowMillis(horizon);
    }

    /** Logged and not cached: what a record changes is written with it. */
    public static StoreBuilder<WindowStore<String, byte[]>> builder(String name, Duration horizon) {
        Duration window = Duration.ofMillis(windowMillis(horizon));
        return Stores.windowStoreBuilder(
                        Stores.persistentWindowStore(name, horizon.plus(window), window, false),
                        Serdes.String(),
                        Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of());
    }

    /** The value put under the key up to two horizons ago; null if there is none. */
    public byte @Nullable [] find(String key, long now) {
        long start = now / window * window;
        byte[] value = store.fetch(key, start);
        if (value == null && start >= window) {
            value = store.fetch(key, start - window);
        }
        if (value == null && now + MAX_SKEW_MILLIS >= start + window) {
            value = store.fetch(key, start + window);
        }
        return value;
    }

    /**
     * Remembers a value.
     *
     * @param time from when the horizon counts, milliseconds since the epoch
     */
    public void put(String key, byte[] value, long time) {
        store.put(key, value, time / window * window);
    }

    /**
     * Puts a mark into the store unless this task has done so. Kafka Streams 4.3.1 keeps the changelog offset of a windowed
     * store in its segments; without one, exactly-once takes the whole task for corrupted at the next start and restores
     * all of its stores from nothing. Not to be called in {@code init}: it would leave a transaction open.
     */
    public void keepOffset(long now) {
        if (!marked && store.fetch(MARK, now / window * window) == null) {
            put(MARK, new byte[0], now);
        }
        marked = true;
    }

    private static long windowMillis(Duration horizon) {
        return Math.max(1, horizon.toMillis());
    }
}
