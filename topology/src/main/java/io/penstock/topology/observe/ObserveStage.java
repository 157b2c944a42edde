package io.penstock.topology.observe;

import io.penstock.event.ModelState;
import io.penstock.event.OwnerSpend;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.RecentStore;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.commit.CommitHook;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * decisions, completions, dispatcher-state → observe → model-state, spend-by-owner. One task for each partition of the first
 * two, the shard; shard 0 tells of the dispatchers.
 */
public final class ObserveStage {
    static final String ATTEMPTS = "observe-attempts";
    static final String TIMERS = "observe-timers";
    static final String MODELS = "observe-models";
    static final String RESERVED = "observe-reserved";
    static final String SETTLED = "observe-settled";
    static final String COMMIT_HOOK = "observe-commit";
    static final String MODEL_STATE = "observe-model-state";
    static final String SPEND = "observe-spend";
    static final String DEAD_LETTERS = "observe-dead-letters";
    private static final String DECISIONS = "observe-decisions";
    private static final String COMPLETIONS = "observe-completions";
    private static final String DISPATCHERS = "dispatcher-state";
    private static final String PROCESSOR = "observe";

    private ObserveStage() {}

    /** Adds the stage, or nothing if the settings switch it off. */
    public static void addTo(
            Topology topology, ObserveSettings settings, Topics topics, EventCodec codec, StageMetrics metrics) {
        if (!settings.enabled()) {
            return;
        }
        DispatcherView dispatchers = new DispatcherView();
        addDispatchersTo(topology, topics, codec, dispatchers, metrics);
        topology.addSource(DECISIONS, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.decisions())
                .addSource(COMPLETIONS, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.completions())
                .addProcessor(
                        PROCESSOR,
                        () -> new ObserveProcessor(
                                new ObserveProcessor.Parts(settings, topics.decisions(), codec, dispatchers, metrics)),
                        DECISIONS,
                        COMPLETIONS)
                .addStateStore(CommitHook.builder(COMMIT_HOOK), PROCESSOR)
                // Most attempts complete before the commit after their decision: then only their end is written.
                .addStateStore(store(ATTEMPTS).withCachingEnabled(), PROCESSOR)
                .addStateStore(store(TIMERS), PROCESSOR)
                .addStateStore(store(MODELS), PROCESSOR)
                .addStateStore(
                        RecentStore.builder(RESERVED, settings.longestAttempt().plus(settings.remember())), PROCESSOR)
                .addStateStore(store(SETTLED), PROCESSOR)
                .addSink(
                        MODEL_STATE,
                        topics.modelState(),
                        new StringSerializer(),
                        codec.serde(ModelState.class).serializer(),
                        PROCESSOR)
                .addSink(
                        SPEND,
                        topics.spendByOwner(),
                        new StringSerializer(),
                        codec.serde(OwnerSpend.class).serializer(),
                        PROCESSOR)
                .addSink(
                        DEAD_LETTERS,
                        topics.deadLetters(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        PROCESSOR);
    }

    /** The global store itself stays empty, as for policies. */
    private static void addDispatchersTo(
            Topology topology, Topics topics, EventCodec codec, DispatcherView view, StageMetrics metrics) {
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(DISPATCHERS), Serdes.ByteArray(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                DISPATCHERS + "-source",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.dispatcherState(),
                DISPATCHERS + "-view",
                () -> new DispatcherStateIntake(codec, view, metrics));
    }

    private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withLoggingEnabled(Map.of());
    }
}
