package io.penstock.topology.money;

import io.penstock.event.BudgetGrant;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.commit.CommitHook;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** spend-by-owner → accounts → budgets. One task keeps all accounts of an owner, and is the only one to grant. */
public final class MoneyStage {
    static final String ACCOUNTS = "money-accounts";
    static final String COMMIT_HOOK = "money-commit";
    static final String BUDGETS = "money-budgets";
    static final String DEAD_LETTERS = "money-dead-letters";
    private static final String SPEND = "money-spend";
    private static final String PROCESSOR = "money";

    private MoneyStage() {}

    /**
     * Adds the stage.
     *
     * @param interval between two records of one key
     */
    public static void addTo(
            Topology topology, Duration interval, Topics topics, EventCodec codec, StageMetrics metrics) {
        topology.addSource(SPEND, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.spendByOwner())
                .addProcessor(PROCESSOR, () -> new MoneyProcessor(interval, codec, metrics), SPEND)
                .addStateStore(CommitHook.builder(COMMIT_HOOK), PROCESSOR)
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(ACCOUNTS), Serdes.String(), Serdes.ByteArray())
                                .withLoggingEnabled(Map.of()),
                        PROCESSOR)
                .addSink(
                        BUDGETS,
                        topics.budgets(),
                        new StringSerializer(),
                        codec.serde(BudgetGrant.class).serializer(),
                        PROCESSOR)
                .addSink(
                        DEAD_LETTERS,
                        topics.deadLetters(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        PROCESSOR);
    }
}
