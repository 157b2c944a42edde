package io.penstock.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.event.Candidate;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Decision;
import io.penstock.event.Experiment;
import io.penstock.event.ExperimentMode;
import io.penstock.event.ExperimentState;
import io.penstock.event.ExperimentStatus;
import io.penstock.event.ExperimentUse;
import io.penstock.event.Outcome;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicyEventKind;
import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.event.ScopeControl;
import io.penstock.learner.Choice;
import io.penstock.topology.catalog.CatalogCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pins, rollbacks and experiments, as router and learner act on them together. */
class PolicyTest {
    private static final String SCOPE = PolicyHarness.SCOPE;
    private static final Map<String, Double> TRUTH = Map.of("good", 0.9, "bad", 0.2);
    private static final Map<String, Double> POISON = Map.of("good", 0.05, "bad", 0.95);

    private PolicyHarness cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new PolicyHarness();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void shouldReadAPinnedBaseAloneWhileLearningGoesOn() {
        // Given
        Decision first = cluster.ask(TRUTH);
        cluster.publish(SCOPE, first, POISON);
        cluster.publish(SCOPE + "@base-1", first, TRUTH);
        cluster.control(control().setPinned(1).setBaseRecords(2).build());

        // When
        Decision pinned = cluster.ask(TRUTH);

        // Then
        assertThat(quality(pinned, "good")).isGreaterThan(quality(pinned, "bad"));
        assertThat(pinned.getPolicies())
                .extracting(PolicyUse::getScope, PolicyUse::getRole)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(SCOPE + "@base-1", PolicyRole.FROZEN),
                        org.assertj.core.groups.Tuple.tuple(SCOPE, PolicyRole.UNUSED));
        assertThat(pinned.getPolicies().get(0).getOffset()).isNotNegative();
        assertThat(scopesOfLastOutcome()).containsExactly(SCOPE);
    }

    @Test
    void shouldGoOnFromACheckpointAndForgetWhatCameAfter() {
        // Given
        Decision first = cluster.ask(TRUTH);
        cluster.publish(SCOPE, first, POISON);
        double poisoned = quality(cluster.ask(TRUTH), "good");
        cluster.publish(SCOPE + "@base-1", first, TRUTH);

        // When
        cluster.control(control().setGeneration(1).setBaseRecords(2).build());
        Decision after = cluster.ask(TRUTH);
        Decision later = cluster.ask(TRUTH);

        // Then
        assertThat(poisoned).isLessThan(0.3);
        assertThat(quality(after, "good")).isGreaterThan(0.6);
        assertThat(scopesOfLastOutcome()).containsExactly(SCOPE + "@1");
        assertThat(later.getPolicies())
                .extracting(PolicyUse::getScope)
                .containsExactly(SCOPE + "@base-1", SCOPE + "@1");
        // What was learned since is added.
        assertThat(evidence(later)).isGreaterThan(evidence(after));
        assertThat(later.getPolicies().get(1).getOffset()).isNotNegative();
    }

    @Test
    void shouldReadWhatItDidUntilTheWholeBaseIsThere() {
        // Given
        Decision first = cluster.ask(TRUTH);
        cluster.control(control().setGeneration(1).setBaseRecords(2).build());

        // When
        Decision early = cluster.ask(TRUTH);
        cluster.publish(SCOPE + "@base-1", first, TRUTH);
        Decision whole = cluster.ask(TRUTH);

        // Then
        assertThat(early.getPolicies()).extracting(PolicyUse::getScope).containsExactly(SCOPE);
        assertThat(whole.getPolicies())
                .extracting(PolicyUse::getScope)
                .containsExactly(SCOPE + "@base-1", SCOPE + "@1");
    }

    @Test
    void shouldUseAPromotedPolicyInsteadOfTheProfiles() {
        cluster.control(control().setPolicy("random").build());

        assertThat(cluster.ask(TRUTH).getPolicy()).isEqualTo("random");
    }

    @Test
    void shouldDrawFromTheMixtureWithACanary() {
        // Given
        cluster.publish(SCOPE, cluster.ask(TRUTH), TRUTH);
        cluster.control(control().setPolicy("random").build());
        cluster.experiment(experiment("canary", ExperimentMode.CANARY)
                .setShare(0.3)
                .setPolicy("greedy")
                .build());

        // When
        Decision decision = cluster.ask(TRUTH);

        // Then
        ExperimentUse use = decision.getExperiments().get(0);
        double[] recorded = decision.getCandidates().stream()
                .mapToDouble(Candidate::getProbability)
                .toArray();
        for (int i = 0; i < 2; i++) {
            assertThat(recorded[i])
                    .isCloseTo(
                            0.7 * use.getCurrent().get(i)
                                    + 0.3 * use.getVariant().get(i),
                            within(1e-12));
        }
        int chosen = Choice.pick(recorded, decision.getSeed());
        assertThat(decision.getCandidates().get(chosen).getModel()).isEqualTo(decision.getModel());
        assertThat(decision.getPropensity()).isEqualTo(recorded[chosen]);
        assertThat(use.getVariant()).containsExactlyInAnyOrder(0.0, 1.0);
    }

    @Test
    void shouldChangeNothingForAShadow() {
        // Given
        cluster.publish(SCOPE, cluster.ask(TRUTH), TRUTH);
        cluster.control(control().setPolicy("random").build());
        cluster.experiment(
                experiment("shade", ExperimentMode.SHADOW).setPolicy("greedy").build());

        // When
        Decision decision = cluster.ask(TRUTH);

        // Then
        assertThat(decision.getCandidates())
                .extracting(Candidate::getProbability)
                .containsOnly(0.5);
        ExperimentUse use = decision.getExperiments().get(0);
        assertThat(use.getTrial().getExperiment()).isEqualTo("shade");
        assertThat(use.getVariant()).containsExactlyInAnyOrder(0.0, 1.0);
        assertThat(use.getPick()).isEqualTo("good");
        assertThat(lastOutcome().getTrials()).containsExactly(use.getTrial());
    }

    @Test
    void shouldFindAShadowWorthPromoting() {
        // Given: what is in use draws blindly, the shadow would follow what is learned
        cluster.control(control().setPolicy("random").build());
        cluster.experiment(
                experiment("shade", ExperimentMode.SHADOW).setPolicy("greedy").build());

        // When
        int verdicts = askUntil(ExperimentState.PROMOTABLE, TRUTH);

        // Then
        System.out.println("a shadow better by 0.35 was promotable after " + verdicts + " verdicts");
        assertThat(verdicts).isLessThan(400);
        assertThat(cluster.history()).isEmpty();
    }

    @Test
    void shouldStopACanaryThatIsWorse() {
        // Given
        Decision first = cluster.ask(TRUTH);
        cluster.publish(SCOPE, first, TRUTH);
        cluster.experiment(experiment("worse", ExperimentMode.CANARY)
                .setShare(0.5)
                .setPolicy("random")
                .build());

        // When
        int verdicts = askUntil(ExperimentState.STOPPED, TRUTH);
        Decision after = cluster.ask(TRUTH);

        // Then
        System.out.println("a canary worse by 0.35 was stopped after " + verdicts + " verdicts");
        assertThat(verdicts).isLessThan(600);
        assertThat(after.getExperiments()).isEmpty();
        assertThat(cluster.history()).extracting(PolicyEvent::getKind).containsExactly(PolicyEventKind.STOPPED);
    }

    @Test
    void shouldRollABadPolicyBackByItselfAndRecordIt() {
        // Given
        Decision first = cluster.ask(TRUTH);
        cluster.publish(SCOPE + "@base-1", first, TRUTH);
        cluster.publish(SCOPE, first, POISON);
        cluster.experiment(experiment("watch", ExperimentMode.GUARD)
                .setShare(0.2)
                .setGeneration(1)
                .setBaseRecords(2)
                .build());
        assertThat(cluster.ask(TRUTH).getPolicies())
                .extracting(PolicyUse::getScope)
                .containsExactly(SCOPE, SCOPE + "@base-1");

        // When
        int verdicts = askUntil(ExperimentState.ROLLED_BACK, TRUTH);
        Decision after = cluster.ask(TRUTH);

        // Then
        System.out.println("a policy worse by 0.7 was rolled back after " + verdicts + " verdicts");
        assertThat(verdicts).isLessThan(200);
        assertThat(after.getPolicies())
                .extracting(PolicyUse::getScope)
                .containsExactly(SCOPE + "@base-1", SCOPE + "@1");
        assertThat(after.getExperiments()).isEmpty();
        assertThat(quality(after, "good")).isGreaterThan(quality(after, "bad"));
        PolicyEvent event = PolicyHarness.last(cluster.history());
        assertThat(event.getKind()).isEqualTo(PolicyEventKind.ROLLED_BACK);
        assertThat(event.getScope()).isEqualTo(SCOPE);
        assertThat(event.getControl().getGeneration()).isEqualTo(1);
        assertThat(event.getEvidence().getLower()).isPositive();
        assertThat(cluster.router.metrics.values()).containsEntry("experiment.rolled-back", 1L);
    }

    @Test
    void shouldLeaveAGoodPolicyAlone() {
        // Given
        Decision first = cluster.ask(TRUTH);
        cluster.publish(SCOPE + "@base-1", first, TRUTH);
        cluster.publish(SCOPE, first, TRUTH);
        cluster.experiment(experiment("watch", ExperimentMode.GUARD)
                .setShare(0.2)
                .setGeneration(1)
                .setBaseRecords(2)
                .build());

        // When
        for (int i = 0; i < 300; i++) {
            cluster.ask(TRUTH);
        }
        cluster.advance(Duration.ofSeconds(1));

        // Then
        assertThat(PolicyHarness.last(cluster.statuses()).getState()).isEqualTo(ExperimentState.RUNNING);
        assertThat(PolicyHarness.last(cluster.statuses()).getOutcomes()).isEqualTo(300);
        assertThat(cluster.history()).isEmpty();
    }

    @Test
    void shouldIgnoreWhatBelongsToAnotherRun() {
        // Given
        cluster.experiment(
                experiment("shade", ExperimentMode.SHADOW).setPolicy("greedy").build());
        cluster.ask(TRUTH);

        // When
        cluster.experiment(experiment("shade", ExperimentMode.SHADOW)
                .setPolicy("random")
                .setRun(8)
                .build());
        cluster.ask(TRUTH);
        cluster.advance(Duration.ofSeconds(1));

        // Then
        assertThat(PolicyHarness.last(cluster.statuses()).getRun()).isEqualTo(8);
        assertThat(PolicyHarness.last(cluster.statuses()).getOutcomes()).isEqualTo(1);
    }

    @Test
    void shouldKeepTheLastGoodWordOnAnExperiment() {
        // Given
        Decision first = cluster.ask(TRUTH);
        cluster.publish(SCOPE + "@base-3", first, TRUTH);
        status("watch", ExperimentState.ROLLED_BACK, 9);

        // When
        status("watch", ExperimentState.RUNNING, 8);
        cluster.router.pipe(cluster.router.topics.experiments(), "watch", new byte[] {1, 2, 3});
        cluster.router.pipe(cluster.router.topics.experiments(), "watch", null);

        // Then
        assertThat(cluster.ask(TRUTH).getPolicies())
                .extracting(PolicyUse::getScope)
                .containsExactly(SCOPE + "@base-3", SCOPE + "@3");
        assertThat(cluster.router.metrics.values()).containsEntry("experiments.rejected", 2L);
    }

    private void status(String name, ExperimentState state, long version) {
        ExperimentStatus status = ExperimentStatus.newBuilder()
                .setExperiment(name)
                .setScope(SCOPE)
                .setGeneration(3)
                .setState(state)
                .setVersion(version)
                .build();
        cluster.router.pipe(cluster.router.topics.experiments(), name, cluster.router.codec.encode(status));
    }

    @Test
    void shouldSayWhatIsWrongWithAnEntry() {
        // Given
        Experiment wrong = Experiment.newBuilder()
                .setName("other")
                .setMode(ExperimentMode.CANARY)
                .setScope("tenant/acme@2")
                .setPolicy("gredy")
                .setShare(0.7)
                .setConfidence(1)
                .build();
        Experiment guard = experiment("g", ExperimentMode.GUARD)
                .setPolicy("greedy")
                .setShare(0.1)
                .build();
        ScopeControl control = control().setGeneration(2).setPinned(2).build();

        // When
        List<String> problems = CatalogCheck.problems("experiment/mine", entry("experiment", "mine", wrong, null));

        // Then
        assertThat(problems)
                .containsExactly(
                        "name must be mine, but is other",
                        "scope must be without generation, but is tenant/acme@2",
                        "policy: unknown policy 'gredy'; did you mean 'greedy'? The policies are thompson, linucb,"
                                + " squarecb, softmax, greedy, ucb1, beta-thompson, random, static, cheapest",
                        "share must be above 0 and at most 0.5, but is 0.7",
                        "confidence must be from 0.5 to 0.999999, but is 1.0");
        assertThat(CatalogCheck.problems("experiment/g", entry("experiment", "g", guard, null)))
                .containsExactly(
                        "policy must be empty for a guard, which decides as the scope did, but is 'greedy'",
                        "generation must be from 1 to 999999999, but is 0");
        assertThat(CatalogCheck.problems("policy/" + SCOPE, entry("policy", SCOPE, null, control)))
                .containsExactly("pinned must be another number than generation, but both are 2");
        assertThat(CatalogCheck.problems("policy/" + SCOPE, entry("policy", SCOPE, null, null)))
                .containsExactly("the body of kind policy must be a ScopeControl, but is null");
    }

    private static CatalogEntry entry(String kind, String id, Experiment body, ScopeControl control) {
        return CatalogEntry.newBuilder()
                .setKind(kind)
                .setId(id)
                .setBody(body)
                .setControl(control)
                .build();
    }

    private int askUntil(ExperimentState state, Map<String, Double> truth) {
        for (int verdicts = 1; verdicts <= 1_000; verdicts++) {
            cluster.ask(truth);
            if (!cluster.statuses().isEmpty()
                    && PolicyHarness.last(cluster.statuses()).getState() == state) {
                return verdicts;
            }
        }
        throw new AssertionError(state + " did not come in 1,000 verdicts, but " + cluster.statuses());
    }

    private static ScopeControl.Builder control() {
        return ScopeControl.newBuilder().setScope(SCOPE);
    }

    private static Experiment.Builder experiment(String name, ExperimentMode mode) {
        return Experiment.newBuilder()
                .setName(name)
                .setMode(mode)
                .setScope(SCOPE)
                .setRun(7)
                .setMinOutcomes(20);
    }

    private static double quality(Decision decision, String model) {
        return candidate(decision, model).getPredictedQuality();
    }

    private static double evidence(Decision decision) {
        return decision.getCandidates().stream()
                .mapToDouble(Candidate::getEvidence)
                .sum();
    }

    private static Candidate candidate(Decision decision, String model) {
        return decision.getCandidates().stream()
                .filter(candidate -> candidate.getModel().equals(model))
                .findFirst()
                .orElseThrow();
    }

    private Outcome lastOutcome() {
        return PolicyHarness.last(cluster.router.events(Outcome.class, cluster.router.topics.outcomes()));
    }

    private List<String> scopesOfLastOutcome() {
        return lastOutcome().getScopes();
    }
}
