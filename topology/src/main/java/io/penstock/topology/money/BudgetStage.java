package io.penstock.topology.money;

import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.StageMetrics;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** Reads budgets into the {@link BudgetView} of a router; the global store itself stays empty, as for policies. */
public final class BudgetStage {
    private BudgetStage() {}

    public static void addGlobalTo(
            Topology topology, Topics topics, EventCodec codec, BudgetView view, StageMetrics metrics) {
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore("budgets"), Serdes.ByteArray(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                "budgets-source",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.budgets(),
                "budgets-view",
                () -> new BudgetIntake(codec, view, metrics));
    }
}
