package io.penstock.benchmark;

import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.app.node.Role;
import io.penstock.event.Decision;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.PolicyUse;
import io.penstock.topology.PenstockConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * From a policy's publication to its use by every route task of three routers, by what the records themselves say: the
 * snapshot when it was written, each decision when it was made and which record of the policies topic it rests on. The wait
 * for a task's next request is part of it.
 */
final class PolicyUseRun {
    private static final int PER_SECOND = 200;
    private static final Duration WARM_UP = Duration.ofSeconds(40);
    private static final Duration MEASURED = Duration.ofSeconds(40);

    private PolicyUseRun() {}

    static void measure(BenchReport report) {
        NodeOptions options = NodeOptions.temporary()
                .withBackend("recorded", new InstantBackend())
                .with(PenstockConfig.SERVER_KEY, "00112233445566778899aabbccddeeff");
        try (Node first = Node.start(options, step -> {});
                Node second = router(options, first);
                Node third = router(options, first)) {
            SteadyLoad.prepare(first);
            SteadyLoad load = new SteadyLoad(first);
            load.offer(PER_SECOND, WARM_UP);
            long from = System.currentTimeMillis();
            load.offer(PER_SECOND, MEASURED);
            long shares = List.of(first, second, third).stream()
                    .filter(node -> node.metrics().values().getOrDefault("policy.applied", 0L) > 0)
                    .count();
            report.tell("routers that read policies", (double) shares, "routers");
            tell(report, load, first, from, from + MEASURED.toMillis() - 5_000);
        }
    }

    private static Node router(NodeOptions options, Node cluster) {
        return Node.start(
                options.withRoles(EnumSet.of(Role.ROUTER), cluster.bootstrapServers(), cluster.registryUrl()),
                step -> {});
    }

    private static void tell(BenchReport report, SteadyLoad load, Node node, long from, long until) {
        Map<Integer, List<Decision>> byTask = new HashMap<>();
        for (Decision decision : load.events(node.topics().decisions(), Decision.class)) {
            byTask.computeIfAbsent(decision.getRoutePartition(), task -> new ArrayList<>())
                    .add(decision);
        }
        byTask.values()
                .forEach(decisions -> decisions.sort(java.util.Comparator.comparingLong(Decision::getRouteSequence)));
        Histogram millis = new Histogram(TimeUnit.MINUTES.toMillis(5), 3);
        int published = 0;
        for (ConsumerRecord<byte[], byte[]> record : load.records(node.topics().policies())) {
            PolicySnapshot snapshot = node.codec().decode(PolicySnapshot.class, record.value());
            long at = snapshot.getPublishedAt().toEpochMilli();
            if (at < from || at >= until) {
                continue;
            }
            published++;
            for (List<Decision> decisions : byTask.values()) {
                millis.recordValue(Math.max(0, firstUse(decisions, record) - at));
            }
        }
        report.tell("route tasks", byTask.size(), "tasks");
        report.tell("policy records published", published, "records");
        report.tell("published to used by every route task p50", (double) millis.getValueAtPercentile(50), "ms");
        report.atMost(
                "published to used by every route task p99", (double) millis.getValueAtPercentile(99), 1_000, "ms");
        report.tell("published to used by every route task, longest", (double) millis.getMaxValue(), "ms");
    }

    private static long firstUse(List<Decision> decisions, ConsumerRecord<byte[], byte[]> record) {
        for (Decision decision : decisions) {
            for (PolicyUse use : decision.getPolicies()) {
                if (use.getPartition() == record.partition() && use.getOffset() >= record.offset()) {
                    return decision.getDecidedAt().toEpochMilli();
                }
            }
        }
        throw new IllegalStateException("policy record " + record.offset() + " was used by no later decision");
    }
}
