package io.penstock.topology.learn;

import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.WarmStart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Which keys of a shard have sums that routers do not know yet. Keys that must wait for the publish interval are kept in a
 * store over a restart, or the last outcomes before a crash would stay unpublished until their key's next one.
 */
final class Publications {
    private final KeyValueStore<String, Long> store;
    private final Map<LearnedKey, Long> pending = new HashMap<>();
    private final Set<LearnedKey> stored = new HashSet<>();
    private final Set<LearnedKey> unstored = new HashSet<>();

    /** Reads what an earlier run left. */
    Publications(KeyValueStore<String, Long> store) {
        this.store = store;
        try (KeyValueIterator<String, Long> left = store.all()) {
            while (left.hasNext()) {
                KeyValue<String, Long> entry = left.next();
                LearnedKey key = LearnedKey.parse(entry.key);
                pending.put(key, entry.value);
                stored.add(key);
            }
        }
    }

    void changed(LearnedKey key, long version) {
        pending.put(key, version);
        unstored.add(key);
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Remembers over a restart what is not published in this transaction. */
    void keep() {
        for (LearnedKey key : unstored) {
            // The version is for people who read the store; that the key is there is what counts.
            if (stored.add(key)) {
                store.put(key.text(), pending.getOrDefault(key, 0L));
            }
        }
        unstored.clear();
    }

    /**
     * All pending keys, which are then no longer pending. By version, so that a reader who has seen a version of a shard
     * has seen every change of the shard below it; of one version residuals first, so that it has seen those too.
     */
    List<LearnedKey> take() {
        Comparator<LearnedKey> byVersion = Comparator.comparingLong(key -> pending.getOrDefault(key, 0L));
        List<LearnedKey> keys = new ArrayList<>(pending.keySet());
        Comparator<LearnedKey> residualsLast = Comparator.comparing(key -> WarmStart.isResidual(key.scope()));
        keys.sort(byVersion.thenComparing(residualsLast.reversed()).thenComparing(Comparator.naturalOrder()));
        stored.forEach(key -> store.delete(key.text()));
        pending.clear();
        stored.clear();
        unstored.clear();
        return keys;
    }
}
