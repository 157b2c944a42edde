package io.penstock.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.feature.EngineMetrics;
import io.penstock.feature.EngineSettings;
import io.penstock.feature.FeatureEngine;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import io.penstock.learner.LearnerSettings;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.catalog.CatalogView;
import io.penstock.topology.enrich.EnrichSettings;
import io.penstock.topology.enrich.Ingress;
import io.penstock.topology.enrich.SchemaResolver;
import io.penstock.topology.enrich.TenantReadiness;
import io.penstock.topology.join.JoinSettings;
import io.penstock.topology.learn.LearnSettings;
import io.penstock.topology.observe.LoadView;
import io.penstock.topology.observe.ObserveSettings;
import io.penstock.topology.policy.PolicyViews;
import io.penstock.topology.route.RouteSettings;
import io.penstock.topology.route.RouteViews;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/**
 * The shape of both applications is a contract with the state on disk and in changelogs: a change shows up here as a diff.
 * Accept a wanted one with {@code mvn -pl topology test -Dpenstock.update=true}.
 */
class TopologyDescriptionTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    private final Topics topics = new Topics("penstock.");
    private final EventCodec codec = EventCodec.local();

    @Test
    void shouldDescribeRouterAsCommitted() throws Exception {
        // Given
        try (FeatureEngine engine = new FeatureEngine(
                        FeatureExtractors.byName(FeatureSettings.defaults()),
                        EngineSettings.from(FeatureSettings.defaults()),
                        EngineMetrics.NONE);
                SchemaResolver resolver = new SchemaResolver(codec)) {
            Ingress ingress =
                    new Ingress(topics, codec, engine, resolver, TenantReadiness.always(), StageMetrics.none());
            RouteSettings route =
                    new RouteSettings(Bytes.wrap(new byte[16]), Duration.ofHours(24), false, 8 * 1024 * 1024, 3_000);

            // When
            Topology topology = RouterTopology.build(
                    new RouterTopology.Settings(EnrichSettings.of(4, 8 << 20), route, JoinSettings.defaults()),
                    ingress,
                    new RouteViews(new CatalogView(), new PolicyViews(LearnerSettings.defaults()), new LoadView()),
                    (topic, partition, due) -> true);

            // Then
            compare("router.txt", topology);
        }
    }

    @Test
    void shouldDescribeLearnerAsCommitted() throws Exception {
        // When
        Topology topology = LearnerTopology.build(
                new LearnerTopology.Settings(LearnSettings.defaults(), ObserveSettings.defaults()),
                topics,
                codec,
                StageMetrics.none());

        // Then
        compare("learner.txt", topology);
    }

    private static void compare(String file, Topology topology) throws Exception {
        String actual =
                topology.describe().toString().replaceAll("@[0-9a-f]+", "").replaceAll("Lambda[^)]*", "lambda");
        Path golden = GOLDEN.resolve(file);
        if (Boolean.getBoolean("penstock.update")) {
            Files.writeString(golden, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(golden));
    }
}
