package io.penstock.topology.experiment;

import io.penstock.event.ExperimentStatus;
import io.penstock.event.PolicyEvent;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.catalog.CatalogView;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * experiment-trials → evidence → experiments, and what it concludes → policy-history. One task gathers all evidence of an experiment,
 * each verdict once. The learn stage sends the trials.
 */
public final class ExperimentStage {
    static final String EVIDENCE = "experiment-evidence";
    static final String STATUS = "experiment-status";
    static final String HISTORY = "experiment-history";
    static final String DEAD_LETTERS = "experiment-dead-letters";
    private static final String SOURCE = "experiment-source";
    private static final String PROCESSOR = "experiment";

    private ExperimentStage() {}

    /**
     * Adds the stage.
     *
     * @param catalog knows the experiments' settings
     * @param interval between two statuses of an experiment that goes on
     */
    public static void addTo(
            Topology topology,
            CatalogView catalog,
            Duration interval,
            Topics topics,
            EventCodec codec,
            StageMetrics metrics) {
        topology.addSource(SOURCE, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.experimentTrials())
                .addProcessor(PROCESSOR, () -> new EvidenceProcessor(catalog, interval, codec, metrics), SOURCE)
                // Cached: evidence is three kilobytes, and only its state at a commit need be written.
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(EVIDENCE), Serdes.String(), Serdes.ByteArray())
                                .withCachingEnabled()
                                .withLoggingEnabled(Map.of()),
                        PROCESSOR)
                .addSink(
                        STATUS,
                        topics.experiments(),
                        new StringSerializer(),
                        codec.serde(ExperimentStatus.class).serializer(),
                        PROCESSOR)
                .addSink(
                        HISTORY,
                        topics.policyHistory(),
                        new StringSerializer(),
                        codec.serde(PolicyEvent.class).serializer(),
                        PROCESSOR)
                .addSink(
                        DEAD_LETTERS,
                        topics.deadLetters(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        PROCESSOR);
    }

    /** Reads the experiments topic into the view of a router; the global store itself stays empty, as for policies. */
    public static void addGlobalTo(
            Topology topology, Topics topics, EventCodec codec, ExperimentView view, StageMetrics metrics) {
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore("experiments"), Serdes.ByteArray(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                "experiments-source",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.experiments(),
                "experiments-view",
                () -> new ExperimentIntake(codec, view, metrics));
    }
}
