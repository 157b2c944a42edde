package io.penstock.app.offpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.event.Candidate;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.learner.Arm;
import io.penstock.learner.Objective;
import io.penstock.learner.Policies;
import io.penstock.learner.Policy;
import io.penstock.learner.Prediction;
import io.penstock.learner.Tally;
import io.penstock.learner.offpolicy.LoggedDecision;
import io.penstock.learner.offpolicy.OffPolicyEstimates;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffPolicyDecisionLogTest {
    private static final double EXACT = 1e-12;
    private static final List<Policy> RANDOM = List.of(Policies.byName("random", Map.of()));

    private final DecisionLog log = new DecisionLog();

    /** Weight 0.5 of cost at a reference of 2,000 nano-dollars, weight 0.1 of latency at 1,000 ms. */
    private static Candidate candidate(String model, double quality, long costNanos, double probability) {
        return Candidate.newBuilder()
                .setModel(model)
                .setPredictedQuality(quality)
                .setQualityWidth(0.1)
                .setEvidence(10)
                .setPredictedLatencyMs(500)
                .setPredictedCostNanos(costNanos)
                .setQualityScore(2 * quality)
                .setCostScore(-0.5 * costNanos / 2_000)
                .setLatencyScore(-0.05)
                .setUtility(2 * quality - 0.5 * costNanos / 2_000 - 0.05)
                .setProbability(probability)
                .build();
    }

    private static Decision decision(String id, String model) {
        Candidate dropped = candidate("dropped", 1, 1, 0);
        dropped.setFilter("context");
        return Decision.newBuilder()
                .setDecisionId(id)
                .setKind(DecisionKind.DISPATCH)
                .setAttempt(1)
                .setDecidedAt(Instant.ofEpochMilli(1))
                .setCandidates(List.of(dropped, candidate("dear", 0.9, 1_000, 0.75), candidate("free", 0.5, 0, 0.25)))
                .setModel(model)
                .setWeights(ObjectiveWeights.newBuilder()
                        .setQuality(2)
                        .setCost(0.5)
                        .setLatency(0.1)
                        .build())
                .build();
    }

    private static Outcome completed(String id, long costNanos, double latencyMs) {
        return Outcome.newBuilder()
                .setDecisionId(id)
                .setKind(OutcomeKind.COMPLETED)
                .setCostNanos(costNanos)
                .setLatencyMs(latencyMs)
                .build();
    }

    private static Outcome verdict(String id, OutcomeKind kind, double quality) {
        return Outcome.newBuilder()
                .setDecisionId(id)
                .setKind(kind)
                .setQuality(quality)
                .build();
    }

    private void add(String id, String model, double quality) {
        log.decision(decision(id, model));
        log.outcome(completed(id, 1_000, 500));
        log.outcome(verdict(id, OutcomeKind.JUDGED, quality));
    }

    @Test
    void shouldRewardWithRealisedAmountsAndTheDecisionsOwnWeights() {
        // Given: the second one was free as predicted, but cost 400; its rate comes from the other candidate
        RecordedDecision dear = RecordedDecision.of(decision("a", "dear")).orElseThrow();
        RecordedDecision free = RecordedDecision.of(decision("b", "free")).orElseThrow();
        // Then
        assertThat(dear.reward(1, completed("a", 3_000, 2_000)))
                .isCloseTo(2 - 0.5 * 3_000 / 2_000 - 0.1 * 2_000 / 1_000, within(EXACT));
        assertThat(free.reward(0.5, completed("b", 400, 0))).isCloseTo(1 - 0.5 * 400 / 2_000, within(EXACT));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"thompson", "linucb", "squarecb", "softmax", "ucb1", "beta-thompson"})
    void shouldGiveAPolicyTheVeryNumbersThatTheRouterGave(String name) {
        // Given: as the router scores and records them
        Objective objective = new Objective(2, 0.5, 0.1, 0, 2_000, 1_000, 1);
        List<Arm> arms = List.of(
                arm("a", objective, 0.71, 300, new Tally(17, 0.83, 0.61)),
                arm("b", objective, 0.69, 900, new Tally(5.5, 0.77, 0.66)),
                arm("c", objective, 0.66, 0, new Tally(0, 0, 0.52)));
        Policy policy = Policies.byName(name, Map.of());
        double[] drawn = policy.choose(arms, 1).probabilities();
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < arms.size(); i++) {
            candidates.add(recorded(arms.get(i), drawn[i]));
        }
        Decision decision = decision("a", "a");
        decision.setCandidates(candidates);
        // When
        LoggedDecision again = RecordedDecision.of(decision).orElseThrow().under(policy, 0.5);
        // Then
        double[] predicted =
                arms.stream().mapToDouble(arm -> arm.utility().total()).toArray();
        assertThat(again).isEqualTo(LoggedDecision.of(drawn, 0, 0.5, predicted, drawn));
    }

    private static Arm arm(String model, Objective objective, double quality, long cost, Tally tally) {
        Prediction prediction = new Prediction(quality, 0.11, 0.07, 100, 500, 20, tally);
        return new Arm(model, prediction, objective.utility(prediction, cost, 0), cost);
    }

    private static Candidate recorded(Arm arm, double probability) {
        Prediction said = arm.prediction();
        Candidate candidate = candidate(arm.model(), said.quality(), arm.costNanos(), probability);
        candidate.setQualityWidth(said.width());
        candidate.setMeanWidth(said.meanWidth());
        candidate.setEvidence(said.evidence());
        candidate.setQualityScore(arm.utility().quality());
        candidate.setCostScore(arm.utility().cost());
        candidate.setLatencyScore(arm.utility().latency());
        candidate.setUtility(arm.utility().total());
        candidate.setVerdicts(said.tally().count());
        candidate.setVerdictMean(said.tally().mean());
        candidate.setVerdictPrior(said.tally().prior());
        return candidate;
    }

    @Test
    void shouldEvaluateTheJoinedLog() {
        // Given: rewards 2 - 0.25 - 0.05 and 0 - 0.25 - 0.05
        add("a", "dear", 1);
        add("b", "free", 0);
        // When
        OffPolicyReport report = log.evaluate(RANDOM);
        // Then: weights 0.5 / 0.75 and 0.5 / 0.25
        OffPolicyEstimates estimates = report.rows().get(0).estimates();
        assertThat(report.rows()).extracting(OffPolicyReport.Row::policy).containsExactly("random");
        assertThat(estimates.logged().value()).isCloseTo(0.7, within(EXACT));
        assertThat(estimates.ips().value()).isCloseTo((1.7 * 2 / 3 - 0.3 * 2) / 2, within(EXACT));
        double expected = (1.5 + 0.95) / 2;
        assertThat(estimates.dr().value())
                .isCloseTo(expected + ((1.7 - 1.5) * 2 / 3 + (-0.3 - 0.95) * 2) / 2, within(EXACT));
        assertThat(estimates.unsupportedMass()).isZero();
    }

    @Test
    void shouldTakeTheLastVerdict() {
        // Given
        add("a", "dear", 0);
        add("b", "dear", 1);
        // When
        log.outcome(verdict("a", OutcomeKind.CORRECTED, 1));
        // Then
        assertThat(log.evaluate(RANDOM).rows().get(0).estimates().logged().value())
                .isCloseTo(1.7, within(EXACT));
    }

    @Test
    void shouldCountWhatIsLeftOut() {
        // Given
        add("a", "dear", 1);
        add("b", "free", 1);
        log.decision(decision("never judged", "dear"));
        log.outcome(completed("never judged", 1, 1));
        log.outcome(verdict("never judged", OutcomeKind.CENSORED, 0));
        log.decision(decision("never completed", "dear"));
        log.outcome(verdict("never completed", OutcomeKind.JUDGED, 1));
        log.decision(decision("not a candidate", "dropped"));
        Decision retry = decision("retry", "dear");
        retry.setAttempt(2);
        log.decision(retry);
        Decision held = decision("held", "dear");
        held.setKind(DecisionKind.ACCEPTED);
        log.decision(held);
        log.outcome(verdict("of another log", OutcomeKind.JUDGED, 1));
        log.unreadable();
        // When
        OffPolicyReport.Counts counts = log.evaluate(RANDOM).counts();
        // Then
        assertThat(counts).isEqualTo(new OffPolicyReport.Counts(2, 1, 1, 1, 1, false));
    }

    @Test
    void shouldLeaveOutDecisionsWhoseNumbersCannotBe() {
        // Given
        Decision noWeights = decision("a", "dear");
        noWeights.setWeights(null);
        Decision noDistribution = decision("b", "dear");
        noDistribution.getCandidates().get(1).setProbability(0.5);
        Decision impossible = decision("c", "free");
        impossible.getCandidates().get(1).setProbability(1);
        impossible.getCandidates().get(2).setProbability(0);
        Decision notFinite = decision("d", "dear");
        notFinite.getCandidates().get(1).setUtility(Double.NaN);
        // Then
        assertThat(List.of(noWeights, noDistribution, impossible, notFinite))
                .allSatisfy(
                        decision -> assertThat(RecordedDecision.of(decision)).isEmpty());
    }

    @Test
    void shouldSayThatTooFewAreJudged() {
        // Given
        add("a", "dear", 1);
        log.decision(decision("b", "dear"));
        // Then
        assertThatThrownBy(() -> log.evaluate(RANDOM))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("estimates need at least 2 first decisions with a verdict and a completion, but there are 1"
                        + " (left out: 1 without a verdict, 0 without a completion, 0 without usable probabilities,"
                        + " 0 records unreadable)");
    }

    @Test
    void shouldPrintATableAndJson() throws IOException {
        // Given
        add("a", "dear", 1);
        add("b", "free", 0);
        List<Policy> policies = Policies.names().stream()
                .filter(name -> !name.equals("static"))
                .map(name -> Policies.byName(name, Map.of()))
                .toList();
        OffPolicyReport report = log.evaluate(policies);
        // When
        String text = OffPolicyOutput.text(report);
        JsonNode json = new ObjectMapper().readTree(OffPolicyOutput.json(report));
        // Then
        assertThat(text)
                .contains("policy", "random", "logged mean 0.7000 [", "of 2 decisions; left out: 0 without a verdict")
                .contains("note: fewer than 80 effective decisions");
        assertThat(json.get("decisions").get("used").asInt()).isEqualTo(2);
        assertThat(json.get("policies")).hasSize(policies.size());
        JsonNode greedy = json.get("policies").get(4);
        assertThat(greedy.get("policy").asText()).isEqualTo("greedy");
        assertThat(greedy.get("snips").isNull()).isTrue();
        assertThat(greedy.get("dr").get("low").isNumber()).isTrue();
    }
}
