package io.penstock.topology.join;

import io.penstock.event.Cancellation;
import io.penstock.event.Outcome;
import io.penstock.event.Response;
import io.penstock.event.RouteEvent;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.RecentStore;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.progress.TimerGate;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The join stage: reads decisions, completions and signals, keeps the life of each request, and writes responses, route
 * events, outcomes and cancellations. Timers go by the wall clock of the processor context.
 */
public final class JoinStage {
    /** Largest record of the changelog of open lives: an answer that waits for its decision, and what is around it. */
    private static final int MAX_LIFE_BYTES = 10 * 1024 * 1024;

    private JoinStage() {}

    /**
     * Adds the stage to the router's topology.
     *
     * @param gate says whether a timer may fire, see {@link TimerGate}
     */
    public static void addTo(
            Topology topology,
            JoinSettings settings,
            Topics topics,
            EventCodec codec,
            TimerGate gate,
            StageMetrics metrics) {
        addSource(topology, JoinNames.DECISIONS_SOURCE, topics.decisions());
        addSource(topology, JoinNames.COMPLETIONS_SOURCE, topics.completions());
        addSource(topology, JoinNames.SIGNALS_SOURCE, topics.signalsByIdentity());
        topology.addProcessor(
                JoinNames.PROCESSOR,
                () -> new JoinProcessor(settings, topics, codec, gate, metrics),
                JoinNames.DECISIONS_SOURCE,
                JoinNames.COMPLETIONS_SOURCE,
                JoinNames.SIGNALS_SOURCE);
        topology.addStateStore(lives(), JoinNames.PROCESSOR);
        topology.addStateStore(RecentStore.builder(JoinNames.CLOSED, settings.horizon()), JoinNames.PROCESSOR);
        topology.addStateStore(timers(), JoinNames.PROCESSOR);
        topology.addStateStore(weights(), JoinNames.PROCESSOR);
        addSinks(topology, topics, codec, metrics);
    }

    private static void addSource(Topology topology, String name, String topic) {
        topology.addSource(name, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topic);
    }

    // None of the stores is cached: what a record changes is written with it.
    private static StoreBuilder<?> lives() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(JoinNames.LIVES), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of("max.message.bytes", String.valueOf(MAX_LIFE_BYTES)));
    }

    private static StoreBuilder<?> weights() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(JoinNames.WEIGHTS), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of());
    }

    private static StoreBuilder<?> timers() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(JoinNames.TIMERS), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingDisabled();
    }

    private static void addSinks(Topology topology, Topics topics, EventCodec codec, StageMetrics metrics) {
        StringSerializer key = new StringSerializer();
        topology.addSink(
                JoinNames.ROUTE_EVENTS_SINK,
                (String routingKey, RouteEvent event, RecordContext context) -> topics.routeEvents(event.getLane()),
                key,
                codec.serde(RouteEvent.class).serializer(),
                JoinNames.PROCESSOR);
        topology.addSink(
                JoinNames.RESPONSES_SINK,
                (String requestId, Response response, RecordContext context) -> topics.responses(response.getTenant()),
                key,
                codec.serde(Response.class).serializer(),
                JoinNames.PROCESSOR);
        topology.addSink(
                JoinNames.REPLIES_SINK,
                topics.replies(),
                key,
                codec.serde(Response.class).serializer(),
                new ReplyPartitioner(metrics),
                JoinNames.PROCESSOR);
        topology.addSink(
                JoinNames.OUTCOMES_SINK,
                topics.outcomes(),
                key,
                codec.serde(Outcome.class).serializer(),
                JoinNames.PROCESSOR);
        topology.addSink(
                JoinNames.CANCELLATIONS_SINK,
                topics.cancellations(),
                key,
                codec.serde(Cancellation.class).serializer(),
                JoinNames.PROCESSOR);
        topology.addSink(
                JoinNames.DEAD_LETTERS_SINK,
                topics.deadLetters(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                JoinNames.PROCESSOR);
    }
}
