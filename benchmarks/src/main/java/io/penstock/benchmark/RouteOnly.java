package io.penstock.benchmark;

import io.penstock.event.Lane;
import io.penstock.feature.EngineMetrics;
import io.penstock.feature.EngineSettings;
import io.penstock.feature.FeatureEngine;
import io.penstock.feature.FeatureExtractor;
import io.penstock.learner.LearnerSettings;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.catalog.CatalogStage;
import io.penstock.topology.catalog.CatalogView;
import io.penstock.topology.enrich.EnrichSettings;
import io.penstock.topology.enrich.EnrichStage;
import io.penstock.topology.enrich.Ingress;
import io.penstock.topology.enrich.SchemaResolver;
import io.penstock.topology.enrich.TenantReadiness;
import io.penstock.topology.observe.LoadView;
import io.penstock.topology.policy.PolicyStage;
import io.penstock.topology.policy.PolicyViews;
import io.penstock.topology.route.RouteSettings;
import io.penstock.topology.route.RouteStage;
import io.penstock.topology.route.RouteViews;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;

/** Enrich and route of the online lane with the real views, without join: what lies between a request and its dispatch. */
final class RouteOnly implements AutoCloseable {
    private final BenchCluster cluster;
    private final FeatureEngine engine;
    private final SchemaResolver resolver;

    RouteOnly(BenchCluster cluster, FeatureExtractor extractor, int workers, int maxBatch) {
        this.cluster = cluster;
        this.engine = new FeatureEngine(
                extractor, new EngineSettings(workers, maxBatch, Duration.ofSeconds(30)), EngineMetrics.NONE);
        this.resolver = new SchemaResolver(cluster.codec);
    }

    Topology topology() {
        Ingress ingress = new Ingress(
                cluster.topics, cluster.codec, engine, resolver, TenantReadiness.always(), StageMetrics.none());
        RouteViews views = new RouteViews(
                new CatalogView(), new PolicyViews(LearnerSettings.defaults(), Map.of()), new LoadView());
        RouteSettings route = new RouteSettings(Bytes.wrap(new byte[32]), Duration.ofHours(24), false, 8 << 20, 3_000);
        Topology topology = new Topology();
        CatalogStage.addGlobalTo(topology, cluster.topics, cluster.codec, views.catalog(), StageMetrics.none());
        PolicyStage.addGlobalTo(topology, cluster.topics, cluster.codec, views.policies(), StageMetrics.none());
        EnrichStage.addTo(topology, Lane.ONLINE, ingress, EnrichSettings.of(BenchCluster.PARTITIONS, 8 << 20));
        RouteStage.addTo(
                topology,
                Lane.ONLINE,
                new RouteStage.Parts(cluster.topics, cluster.codec, views, route, StageMetrics.none()));
        return topology;
    }

    @Override
    public void close() {
        engine.close();
        resolver.close();
    }
}
