package io.penstock.topology.policy;

import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.StageMetrics;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * Reads the policies topic into {@link PolicyViews} on every router, all partitions of it.
 *
 * <p>A global store is the only way to read all partitions inside a topology, but nothing is kept in it: the views hold the
 * decoded state, and because the store is empty and in memory, the whole (compacted) topic is processed again at start,
 * before the first request is.
 */
public final class PolicyStage {
    static final String STORE = "policies";

    private PolicyStage() {}

    public static void addGlobalTo(
            Topology topology, Topics topics, EventCodec codec, PolicyViews views, StageMetrics metrics) {
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                "policies-source",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.policies(),
                "policies-view",
                () -> new PolicyIntake(codec, views, metrics));
    }
}
