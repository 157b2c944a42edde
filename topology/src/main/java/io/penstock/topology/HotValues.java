package io.penstock.topology;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a store that were used last, so that what follows soon needs no read from RocksDB and no decoding. Whoever
 * writes the store writes here too; a value that was let go is still in the store. Holds about 4 MiB, by the size of the
 * stored bytes. Used by one thread.
 *
 * @param <V> immutable
 */
public final class HotValues<V> {
    private static final long BUDGET_BYTES = 4L << 20;

    /** Of an entry of few bytes: key, nodes and headers. */
    private static final int OVERHEAD_BYTES = 200;

    private final LinkedHashMap<String, Hot<V>> values = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record Hot<V>(V value, long bytes) {}

    /** Null if it is not here; the store may have it. */
    public @Nullable V get(String key) {
        Hot<V> hot = values.get(key);
        return hot == null ? null : hot.value();
    }

    /**
     * Takes what is now in the store under the key.
     *
     * @param size of the stored bytes
     */
    public void put(String key, V value, int size) {
        Hot<V> hot = new Hot<>(value, (long) size + OVERHEAD_BYTES);
        Hot<V> before = values.put(key, hot);
        bytes += hot.bytes() - (before == null ? 0 : before.bytes());
        Iterator<Map.Entry<String, Hot<V>>> eldest = values.entrySet().iterator();
        while (bytes > BUDGET_BYTES) {
            bytes -= eldest.next().getValue().bytes();
            eldest.remove();
        }
    }

    /** The store has nothing under the key any more, or something that is not to be held. */
    public void remove(String key) {
        Hot<V> before = values.remove(key);
        bytes -= before == null ? 0 : before.bytes();
    }
}
