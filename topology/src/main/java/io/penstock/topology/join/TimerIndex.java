package io.penstock.topology.join;

import io.penstock.schema.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The next timer of every life, ordered by time. Key: due in milliseconds, big-endian, then the identity; value: the kind.
 * The store is in memory and not logged: the lives know their timers, so it is filled from them when a task starts. On
 * disk, nearly all timers being removed before they are due, each look would walk over the tombstones of thousands. Used
 * by one stream thread.
 */
final class TimerIndex {
    private final KeyValueStore<Bytes, byte[]> store;

    TimerIndex(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    record Due(Identity identity, Timer timer) {}

    void replace(Identity identity, @Nullable Timer before, @Nullable Timer after) {
        if (before != null && !before.equals(after)) {
            store.delete(key(before.due(), identity));
        }
        if (after != null && !after.equals(before)) {
            store.put(key(after.due(), identity), new byte[] {after.kind().code()});
        }
    }

    /** Timers due by now that may fire, the earliest first; at most {@code limit} are looked at. */
    List<Due> due(long now, int limit, Predicate<Timer> mayFire) {
        List<Due> ready = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> entries = store.range(start(0), start(now + 1))) {
            for (int looked = 0; entries.hasNext() && looked < limit; looked++) {
                Due due = entry(entries.next());
                if (mayFire.test(due.timer())) {
                    ready.add(due);
                }
            }
        }
        return ready;
    }

    private static Bytes start(long due) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(due).array());
    }

    private static Bytes key(long due, Identity identity) {
        byte[] id = identity.key().getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(
                ByteBuffer.allocate(Long.BYTES + id.length).putLong(due).put(id).array());
    }

    private static Due entry(KeyValue<Bytes, byte[]> entry) {
        byte[] key = entry.key.get();
        String identity = new String(key, Long.BYTES, key.length - Long.BYTES, StandardCharsets.UTF_8);
        TimerKind kind = TimerKind.ofCode(entry.value[0]);
        return new Due(Identity.parse(identity), new Timer(ByteBuffer.wrap(key).getLong(), kind));
    }
}
