package io.penstock.benchmark;

import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.app.node.Role;
import io.penstock.event.PolicySnapshot;
import io.penstock.learner.Features;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyFormat;
import java.time.Instant;
import java.util.EnumSet;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Fault F20 of the reliability notes: a router starts where {@value #RECORDS} policy records lie, of 24 features each. */
final class ColdStartRun {
    private static final int RECORDS = 100_000;
    private static final int MODELS_OF_A_TENANT = 10;
    private static final int FEATURES = 24;

    private ColdStartRun() {}

    static void measure(BenchReport report) {
        NodeOptions options = NodeOptions.temporary();
        try (Node cluster =
                Node.start(options.withRoles(EnumSet.of(Role.BROKER, Role.REGISTRY), null, null), step -> {})) {
            NodeOptions router =
                    options.withRoles(EnumSet.of(Role.ROUTER), cluster.bootstrapServers(), cluster.registryUrl());
            // The first start of a process loads its classes.
            double empty = Math.min(seconds(router), seconds(router));
            publish(cluster);
            report.tell("router starts, no policy record", empty, "s");
            report.atMost("router starts, " + RECORDS + " policy records", seconds(router), 10, "s");
        }
    }

    private static double seconds(NodeOptions router) {
        long start = System.nanoTime();
        try (Node node = Node.start(router, step -> {})) {
            double seconds = (System.nanoTime() - start) / 1e9;
            if (node.metrics().values().keySet().stream().anyMatch(name -> name.startsWith("policy.rejected"))) {
                throw new IllegalStateException(
                        "policy records were rejected: " + node.metrics().values());
            }
            return seconds;
        }
    }

    private static void publish(Node cluster) {
        ModelStatistics statistics = ModelStatistics.empty(FEATURES);
        statistics.apply(Features.of(new float[FEATURES]), new Observation.Judged(1, 0.5));
        for (int i = 0; i < RECORDS; i++) {
            LearnedKey key = new LearnedKey(
                    "tenant/t" + i / MODELS_OF_A_TENANT,
                    BenchCluster.slug(i % MODELS_OF_A_TENANT),
                    "00000000000000000000000000000000");
            PolicySnapshot snapshot = PolicyFormat.encode(key, 0, 1, statistics, Instant.EPOCH);
            BenchCluster.send(
                    cluster.producer(),
                    new ProducerRecord<>(
                            cluster.topics().policies(),
                            key.policyKey(0),
                            cluster.codec().encode(snapshot)));
        }
        cluster.producer().flush();
    }
}
