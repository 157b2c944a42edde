package io.penstock.topology.observe;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The tallies of all models of one shard: few, so all in memory; written at commit, published when they have changed. */
final class Tallies {
    private final KeyValueStore<String, byte[]> store;
    private final Map<String, ModelTally> tallies = new HashMap<>();
    private final Map<String, ModelTally> published = new HashMap<>();
    private final Set<String> unwritten = new HashSet<>();

    Tallies(KeyValueStore<String, byte[]> store) {
        this.store = store;
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                tallies.put(entry.key, ModelTally.fromBytes(entry.value));
            }
        }
    }

    void change(String model, UnaryOperator<ModelTally> change) {
        tallies.put(model, change.apply(tallies.getOrDefault(model, ModelTally.NONE)));
        unwritten.add(model);
    }

    ModelTally of(String model) {
        return tallies.getOrDefault(model, ModelTally.NONE);
    }

    void write() {
        unwritten.forEach(model ->
                store.put(model, tallies.getOrDefault(model, ModelTally.NONE).toBytes()));
        unwritten.clear();
    }

    /** What differs from the last call, by model; after a restart everything, since nobody knows what was published. */
    SortedMap<String, ModelTally> takeChanged() {
        SortedMap<String, ModelTally> changed = new TreeMap<>(tallies);
        changed.entrySet().removeAll(published.entrySet());
        published.putAll(changed);
        return changed;
    }
}
