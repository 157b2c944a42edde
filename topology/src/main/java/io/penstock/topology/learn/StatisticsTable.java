package io.penstock.topology.learn;

import io.penstock.topology.policy.LearnedKey;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * All sums of one shard: the busy ones in memory, all of them in the store as of the last commit. Writing 36 KB for every
 * outcome would cost more than learning from it, so a changed key is written once a commit, or when it leaves memory.
 * Must only be called where the store may be written: inside {@code process} or the commit hook.
 */
final class StatisticsTable {
    private final KeyValueStore<String, byte[]> store;
    private final int capacity;
    private final LinkedHashMap<LearnedKey, Learned> hot = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<LearnedKey> unwritten = new HashSet<>();

    StatisticsTable(KeyValueStore<String, byte[]> store, int capacity) {
        this.store = store;
        this.capacity = capacity;
    }

    /** What is known of a key, null if nothing is. */
    @Nullable
    Learned find(LearnedKey key) {
        Learned known = hot.get(key);
        if (known != null) {
            return known;
        }
        byte[] bytes = store.get(key.text());
        if (bytes == null) {
            return null;
        }
        Learned read = Learned.fromBytes(bytes);
        hot.put(key, read);
        return read;
    }

    /** Takes a key's changed sums; its value in the store is stale until the next {@link #write}. */
    void changed(LearnedKey key, Learned learned) {
        hot.put(key, learned);
        unwritten.add(key);
    }

    /** Writes everything that changed. */
    void write() {
        for (LearnedKey key : unwritten) {
            Learned learned = hot.get(key);
            if (learned == null) {
                throw new IllegalStateException(
                        "changed sums of " + key.text() + " left memory before they were written");
            }
            store.put(key.text(), learned.toBytes());
        }
        unwritten.clear();
    }

    /** Lets the keys go that were longest not used, down to the capacity; what changed is written first. */
    void trim() {
        Iterator<Map.Entry<LearnedKey, Learned>> eldest = hot.entrySet().iterator();
        while (hot.size() > capacity) {
            Map.Entry<LearnedKey, Learned> entry = eldest.next();
            if (unwritten.remove(entry.getKey())) {
                store.put(entry.getKey().text(), entry.getValue().toBytes());
            }
            eldest.remove();
        }
    }

    int hotKeys() {
        return hot.size();
    }
}
