package io.penstock.topology.enrich;

import io.penstock.event.Lane;
import io.penstock.topology.BrokerTime;
import io.penstock.topology.commit.CommitHook;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * Requests of one lane, from every tenant's topic: decoded, validated, put where their key belongs, with features. Route
 * runs in the same task; {@link io.penstock.topology.route.RouteStage} must be added after this, and brings the sink of
 * dead letters that both use.
 */
public final class EnrichStage {
    private EnrichStage() {}

    /** Adds sources, processor and the sink for misplaced records. */
    public static void addTo(Topology topology, Lane lane, Ingress ingress, EnrichSettings settings) {
        RouteNames names = new RouteNames(lane);
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        topology.addSource(
                        AutoOffsetReset.earliest(),
                        names.requestsSource(),
                        new BrokerTime(),
                        in,
                        in,
                        ingress.topics().requestsPattern(lane))
                .addSource(
                        AutoOffsetReset.earliest(),
                        names.rekeyedSource(),
                        new BrokerTime(),
                        in,
                        in,
                        ingress.topics().requestsRekeyed(lane))
                .addProcessor(
                        names.enrich(),
                        () -> new EnrichProcessor(lane, ingress, settings),
                        names.requestsSource(),
                        names.rekeyedSource())
                .addStateStore(CommitHook.builder(names.hook()), names.enrich())
                .addSink(names.rekeyedSink(), ingress.topics().requestsRekeyed(lane), out, out, names.enrich());
    }
}
