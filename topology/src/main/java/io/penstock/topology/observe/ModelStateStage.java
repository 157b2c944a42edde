package io.penstock.topology.observe;

import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.StageMetrics;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** Reads model-state into the {@link LoadView} of a router; the global store itself stays empty, as for policies. */
public final class ModelStateStage {
    private ModelStateStage() {}

    public static void addGlobalTo(
            Topology topology, Topics topics, EventCodec codec, LoadView view, StageMetrics metrics) {
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore("model-state"), Serdes.ByteArray(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                "model-state-source",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.modelState(),
                "model-state-view",
                () -> new ModelStateIntake(codec, view, metrics));
    }
}
