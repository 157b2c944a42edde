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
 * Used by one stream thread.
 */
final class TimerIndex {
    private final KeyValueStore<Bytes, byte[]> store;
    // Nothing is due before. Nearly all timers are removed before they are due, and a scan from the start would walk
    // over
    // the tombstones of all of them.
    private long earliest;

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
            earliest = Math.min(earliest, after.due());
        }
    }

    void remove(Due due) {
        store.delete(key(due.timer().due(), due.identity()));
    }

    /** Timers due by now that may fire, the earliest first; at most {@code limit} are looked at. */
    List<Due> due(long now, int limit, Predicate<Timer> mayFire) {
        if (now < earliest) {
            return List.of();
        }
        List<Due> seen = scan(now, limit);
        List<Due> ready = new ArrayList<>();
        long next = seen.size() < limit
                ? now + 1
                : seen.get(seen.size() - 1).timer().due();
        for (Due due : seen) {
            if (mayFire.test(due.timer())) {
                ready.add(due);
            } else {
                next = Math.min(next, due.timer().due());
            }
        }
        earliest = next;
        return ready;
    }

    private List<Due> scan(long now, int limit) {
        List<Due> seen = new ArrayList<>();
        Bytes from =
                Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(earliest).array());
        Bytes to = Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(now + 1).array());
        try (KeyValueIterator<Bytes, byte[]> entries = store.range(from, to)) {
            while (entries.hasNext() && seen.size() < limit) {
                seen.add(entry(entries.next()));
            }
        }
        return seen;
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
