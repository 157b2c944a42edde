package io.penstock.topology.route;

import io.penstock.event.Lane;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.BrokerTime;
import io.penstock.topology.RecentStore;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.enrich.RouteNames;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Decides the requests of one lane. Added after {@link io.penstock.topology.enrich.EnrichStage} of that lane. */
public final class RouteStage {

    /** What all lanes share. */
    public record Parts(
            Topics topics, EventCodec codec, RouteViews views, RouteSettings settings, StageMetrics metrics) {}

    private RouteStage() {}

    /** Adds the route-events source, the processor with its stores, and the sinks of decisions and dispatches. */
    public static void addTo(Topology topology, Lane lane, Parts parts) {
        RouteNames names = new RouteNames(lane);
        RouteProcessor.Shared shared = new RouteProcessor.Shared(
                parts.topics(), parts.codec(), parts.views(), parts.settings(), parts.metrics());
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        StringSerializer key = new StringSerializer();
        topology.addSource(
                        AutoOffsetReset.earliest(),
                        names.routeEventsSource(),
                        new BrokerTime(),
                        in,
                        in,
                        parts.topics().routeEvents(lane))
                .addProcessor(
                        names.routeEventsReader(), () -> new RouteEventReader(parts.codec()), names.routeEventsSource())
                .addProcessor(
                        names.route(),
                        () -> new RouteProcessor(lane, shared),
                        names.enrich(),
                        names.routeEventsReader())
                // Stores of the engine's downstream are write-through: the engine drains in the same commit hook.
                .addStateStore(
                        RecentStore.builder(names.seenStore(), parts.settings().deduplicationHorizon()), names.route())
                .addStateStore(store(names.openStore()), names.route())
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(names.sequenceStore()),
                                        Serdes.String(),
                                        Serdes.Long())
                                .withCachingDisabled(),
                        names.route())
                .addStateStore(store(names.purseStore()), names.route())
                .addStateStore(store(names.heldStore()), names.route())
                .addStateStore(
                        RecentStore.builder(
                                names.sessionStore(), parts.settings().deduplicationHorizon()),
                        names.route())
                .addSink(
                        names.deadLetterSink(),
                        parts.topics().deadLetters(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        names.enrich(),
                        names.route())
                .addSink(names.decisionsSink(), parts.topics().decisions(), key, Outgoing.serializer(), names.route())
                .addSink(names.spendSink(), parts.topics().spendByOwner(), key, Outgoing.serializer(), names.route())
                .addSink(
                        names.modelsSink(),
                        (id, outgoing, record) -> outgoing.topic(),
                        key,
                        Outgoing.serializer(),
                        names.route());
    }

    private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingDisabled();
    }
}
