package io.penstock.topology.catalog;

import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.StageMetrics;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** Reads the catalog topic into the {@link CatalogView} of a router; the global store itself stays empty, as for policies. */
public final class CatalogStage {
    private CatalogStage() {}

    public static void addGlobalTo(
            Topology topology, Topics topics, EventCodec codec, CatalogView view, StageMetrics metrics) {
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore("catalog"), Serdes.ByteArray(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                "catalog-source",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.catalog(),
                "catalog-view",
                () -> new CatalogIntake(codec, view, metrics));
    }
}
