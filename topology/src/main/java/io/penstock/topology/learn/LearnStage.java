package io.penstock.topology.learn;

import io.penstock.event.ExperimentTrial;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicySnapshot;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.commit.CommitHook;
import io.penstock.topology.policy.PolicyFormat;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * outcomes → learn → policies, copies of them now and then → policy-history, and what verdicts say of experiments →
 * experiment-trials. One task for each partition of outcomes, the shard.
 */
public final class LearnStage {
    /** Store: scope/model/extractor → sums as of the last commit. */
    public static final String STATISTICS = "learn-statistics";

    static final String UNPUBLISHED = "learn-unpublished";
    static final String UNRECORDED = "learn-unrecorded";
    static final String COMMIT_HOOK = "learn-commit";
    static final String POLICIES = "learn-policies";
    static final String HISTORY = "learn-history";
    static final String DEAD_LETTERS = "learn-dead-letters";
    static final String TRIALS = "learn-trials";
    private static final String SOURCE = "learn-outcomes";
    private static final String PROCESSOR = "learn";

    private LearnStage() {}

    public static void addTo(
            Topology topology, LearnSettings settings, Topics topics, EventCodec codec, StageMetrics metrics) {
        Map<String, String> large =
                Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(PolicyFormat.MAX_BYTES));
        topology.addSource(SOURCE, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.outcomes())
                .addProcessor(PROCESSOR, () -> new LearnProcessor(codec, settings, metrics), SOURCE)
                .addStateStore(CommitHook.builder(COMMIT_HOOK), PROCESSOR)
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(STATISTICS), Serdes.String(), Serdes.ByteArray())
                                .withLoggingEnabled(large),
                        PROCESSOR)
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(UNPUBLISHED), Serdes.String(), Serdes.Long())
                                .withLoggingEnabled(Map.of()),
                        PROCESSOR)
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(UNRECORDED), Serdes.String(), Serdes.Long())
                                .withLoggingEnabled(Map.of()),
                        PROCESSOR)
                .addSink(
                        HISTORY,
                        topics.policyHistory(),
                        new StringSerializer(),
                        codec.serde(PolicyEvent.class).serializer(),
                        PROCESSOR)
                .addSink(
                        POLICIES,
                        topics.policies(),
                        new StringSerializer(),
                        codec.serde(PolicySnapshot.class).serializer(),
                        new ScopePartitioner(),
                        PROCESSOR)
                .addSink(
                        TRIALS,
                        topics.experimentTrials(),
                        new StringSerializer(),
                        codec.serde(ExperimentTrial.class).serializer(),
                        PROCESSOR)
                .addSink(
                        DEAD_LETTERS,
                        topics.deadLetters(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        PROCESSOR);
    }
}
