package io.penstock.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Candidate;
import io.penstock.event.Decision;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Outcome;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.PolicyUse;
import io.penstock.event.RoutingProfile;
import io.penstock.event.ScopeControl;
import io.penstock.learner.Choice;
import io.penstock.learner.ModelStatistics;
import io.penstock.schema.Keys;
import io.penstock.topology.learn.Refold;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tasks of a tenant, as router and learner act on them together. Prompts are all alike: only the attribute tells tasks apart. */
class TaskTest {
    private static final String SCOPE = PolicyHarness.SCOPE;
    private static final String TASK_SCOPE = SCOPE + "/task-sql";
    private static final Map<String, Double> TRUTH = Map.of("good", 0.9, "bad", 0.2);
    private static final Map<String, Double> SQL_TRUTH = Map.of("good", 0.2, "bad", 0.9);
    private static final int ROUNDS = 200;

    @Test
    void shouldSendATaskToTheModelThatIsBestAtIt() throws Exception {
        try (PolicyHarness apart = cluster(List.of("sql"));
                PolicyHarness together = cluster(List.of())) {
            // When
            double own = quality(apart, "sql");
            double pooled = quality(together, "sql");

            // Then
            System.out.printf(
                    "two tasks with opposite best models, %d requests each: mean quality %.3f with a scope for one of them,"
                            + " %.3f without%n",
                    ROUNDS, own, pooled);
            assertThat(own).isGreaterThan(0.8);
            assertThat(pooled).isLessThan(0.6);
        }
    }

    @Test
    void shouldCostALittleWhereTasksAreAlike() throws Exception {
        try (PolicyHarness apart = cluster(List.of("sql"));
                PolicyHarness together = cluster(List.of())) {
            // When
            double own = quality(apart, "none");
            double pooled = quality(together, "none");

            // Then
            System.out.printf(
                    "two tasks that are alike, %d requests each: mean quality %.3f with a scope for one of them, %.3f without%n",
                    ROUNDS, own, pooled);
            assertThat(own).isBetween(pooled - 0.05, pooled);
        }
    }

    /** Of the answers to requests of two tasks in turn, of which one or none is sql's kind. */
    private static double quality(PolicyHarness cluster, String opposite) {
        double sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            for (String task : List.of("sql", "chat")) {
                Map<String, Double> truth = task.equals(opposite) ? SQL_TRUTH : TRUTH;
                Decision decision = cluster.ask(request(task + i, task), truth);
                sum += truth.get(decision.getModel());
            }
        }
        return sum / (2 * ROUNDS);
    }

    @Test
    void shouldChangeNoDecisionOfOthers() throws Exception {
        try (PolicyHarness busy = cluster(List.of("sql"));
                PolicyHarness quiet = cluster(List.of("sql"))) {
            // Given
            List<Decision> beside = new ArrayList<>();
            List<Decision> alone = new ArrayList<>();

            // When
            for (int i = 0; i < 60; i++) {
                busy.ask(request("sql" + i, "sql"), SQL_TRUTH);
                beside.add(busy.ask(request("chat" + i, "chat"), TRUTH));
                alone.add(quiet.ask(request("chat" + i, "chat"), TRUTH));
            }

            // Then
            for (int i = 0; i < alone.size(); i++) {
                assertThat(beside.get(i).getCandidates()).isEqualTo(alone.get(i).getCandidates());
                assertThat(beside.get(i).getModel()).isEqualTo(alone.get(i).getModel());
                assertThat(beside.get(i).getPolicies())
                        .extracting(PolicyUse::getScope, PolicyUse::getChecksum)
                        .containsExactly(org.assertj.core.groups.Tuple.tuple(
                                SCOPE, alone.get(i).getPolicies().get(0).getChecksum()));
            }
            assertThat(latest(busy))
                    .filteredOn(snapshot -> snapshot.getScope().equals(SCOPE))
                    .extracting(PolicySnapshot::getStatistics)
                    .isEqualTo(latest(quiet).stream()
                            .map(PolicySnapshot::getStatistics)
                            .toList());
        }
    }

    @Test
    void shouldRecordWhatADecisionOfATaskRestsOn() throws Exception {
        try (PolicyHarness cluster = cluster(List.of("sql"))) {
            // Given
            cluster.ask(request("r1", "sql"), SQL_TRUTH);

            // When
            Decision decision = cluster.ask(request("r2", "sql"), SQL_TRUTH);

            // Then
            assertThat(decision.getPolicies()).extracting(PolicyUse::getScope).containsExactly(TASK_SCOPE);
            assertThat(decision.getPolicies().get(0).getOffset()).isNotNegative();
            double[] probabilities = decision.getCandidates().stream()
                    .mapToDouble(Candidate::getProbability)
                    .toArray();
            int chosen = Choice.pick(probabilities, decision.getSeed());
            assertThat(decision.getCandidates().get(chosen).getModel()).isEqualTo(decision.getModel());
            assertThat(PolicyHarness.last(outcomes(cluster)).getScopes()).containsExactly(TASK_SCOPE);
        }
    }

    @Test
    void shouldLearnEachOutcomeInItsOwnScopeOnce() throws Exception {
        try (PolicyHarness cluster = cluster(List.of("sql"))) {
            // When
            for (int i = 0; i < 30; i++) {
                cluster.ask(request("sql" + i, "sql"), SQL_TRUTH);
                cluster.ask(request("chat" + i, "chat"), TRUTH);
            }

            // Then
            Map<String, ModelStatistics> refolded = Refold.of(0, outcomes(cluster));
            List<PolicySnapshot> published = latest(cluster);
            assertThat(published).hasSameSizeAs(refolded.keySet());
            for (PolicySnapshot snapshot : published) {
                String key = Keys.policyKey(
                        snapshot.getScope(), snapshot.getModel(), snapshot.getShard(), snapshot.getExtractor());
                assertThat(snapshot.getStatistics())
                        .isEqualTo(ByteBuffer.wrap(refolded.get(key).toBytes()));
            }
            assertThat(verdicts(refolded, TASK_SCOPE + '/')).isEqualTo(30);
            assertThat(verdicts(refolded, "")).isEqualTo(60);
        }
    }

    @Test
    void shouldRollATaskBackByItself() throws Exception {
        try (PolicyHarness cluster = cluster(List.of("sql"))) {
            // Given
            Decision first = cluster.ask(request("r1", "sql"), SQL_TRUTH);
            cluster.publish(TASK_SCOPE + "@base-1", first, SQL_TRUTH);

            // When
            cluster.control(ScopeControl.newBuilder()
                    .setScope(TASK_SCOPE)
                    .setGeneration(1)
                    .setBaseRecords(2)
                    .build());

            // Then
            assertThat(cluster.ask(request("r2", "sql"), SQL_TRUTH).getPolicies())
                    .extracting(PolicyUse::getScope)
                    .containsExactly(TASK_SCOPE + "@base-1", TASK_SCOPE + "@1");
            assertThat(cluster.ask(request("r3", "chat"), TRUTH).getPolicies())
                    .extracting(PolicyUse::getScope)
                    .containsExactly(SCOPE);
        }
    }

    private static PolicyHarness cluster(List<String> tasks) throws Exception {
        PolicyHarness cluster = new PolicyHarness();
        cluster.router.profile("default", RoutingProfile.newBuilder().setTasks(tasks));
        return cluster;
    }

    private static InferenceRequest.Builder request(String id, String task) {
        return RouterHarness.request(id).setAttributes(Map.of("task", task));
    }

    private static List<Outcome> outcomes(PolicyHarness cluster) {
        return cluster.router.events(Outcome.class, cluster.router.topics.outcomes());
    }

    private static long verdicts(Map<String, ModelStatistics> sums, String prefix) {
        return sums.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .mapToLong(entry -> entry.getValue().judged())
                .sum();
    }

    /** The newest snapshot of each key, sorted by key. */
    private static List<PolicySnapshot> latest(PolicyHarness cluster) {
        Map<String, PolicySnapshot> latest = new TreeMap<>();
        cluster.published().forEach(snapshot -> latest.put(snapshot.getScope() + '/' + snapshot.getModel(), snapshot));
        return List.copyOf(latest.values());
    }
}
