package io.penstock.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.event.BudgetUse;
import io.penstock.event.Candidate;
import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.FeatureVector;
import io.penstock.event.Feedback;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.event.Signal;
import io.penstock.learner.Choice;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final String SECRET = "the answer that nobody else may see";

    @Test
    void shouldTellAllInFull() {
        // When
        String text = Explanation.of(history(decision())).text(true);
        // Then
        assertThat(text).isEqualTo("""
                        Attempt 1: large, drawn with probability 0.750 from 2 of 3 models by policy squarecb.
                          decision d1, lane online, routed by partition 2 as its number 7
                          read from penstock.requests.online.acme-2, record 5
                          signals: input tokens 12, code 0.5, words 9
                          features: 2 numbers of extractor abc
                          rule eu of rule set v3 applied
                          model  quality      \u00b1  mean \u00b1  evidence  verdicts  their mean  tokens  ms       cost  utility  = quality  + cost  + latency  + energy  probability
                        > large    0.900  0.100   0.050         4         3       0.250     100   0  $0.002000    0.800      0.900  -0.100      0.000     0.000        0.750
                          small    0.500  0.100   0.050         4         3       0.250     100   0  $0.002000    0.400      0.500  -0.100      0.000     0.000        0.250
                          tiny: dropped by context (needs 12 tokens, has 8)
                          learned from scope tenant/acme, as of record 41 of policies-1, checksum 0000beef
                          catalog as of record 18, seed 3
                          decided again from this record: the same model
                        Attempt 1 ended: success at large after 120 ms, 12 + 80 tokens, $0.0015.
                        Response: answered after 1 attempt, 150 ms, 12 + 80 tokens, cost $0.0015.
                        Feedback f1 from user: quality 0.500.
                        Learned (judged): large, quality 0.500, into scope tenant/acme.
                        """);
    }

    @Test
    void shouldTellWhoPaysAndWhatIsLeft() {
        // Given
        Decision paid = decision();
        paid.setReservedCostNanos(3_000_000);
        paid.setBudget(new BudgetUse(
                "acme", "2026-06-01T00:00:00Z/P1D", 9_000_000_000L, 0.25, 50_000_000L, 7_000_000L, 0L, 0L, "free"));
        // When
        String text = Explanation.of(history(paid)).text(true);
        // Then
        assertThat(text)
                .contains(
                        "paid by acme in 2026-06-01T00:00:00Z/P1D, cap $9.00: free to choose; reserved $0.003 after $0.007"
                                + " of $0.05 granted, price of money 0.25\n");
    }

    @Test
    void shouldTellTheEssenceInShort() {
        // When
        String text = Explanation.of(history(decision())).text(false);
        // Then
        assertThat(text).isEqualTo("""
                        Attempt 1: large, drawn with probability 0.750 from 2 of 3 models by policy squarecb.
                        Response: answered after 1 attempt, 150 ms, 12 + 80 tokens, cost $0.0015.
                        """);
    }

    @Test
    void shouldNoticeAChoiceThatDoesNotFollowFromItsRecord() {
        // Given
        Decision wrong = decision();
        wrong.setModel("small");
        // When
        Explanation explanation = Explanation.of(history(wrong));
        // Then
        assertThat(explanation.holds()).isFalse();
        assertThat(explanation.text(true)).contains("ANOTHER MODEL");
        assertThat(explanation.json()).contains("\"redecision\" : \"different\"");
    }

    @Test
    void shouldTellOfARefusal() {
        // Given
        Decision refused = Decision.newBuilder()
                .setKind(DecisionKind.REJECT)
                .setAttempt(1)
                .setRejectReason("no_active_model")
                .setRejectDetail("0 models, all dropped: {}")
                .build();
        // When
        String text =
                Explanation.of(List.of(refused), List.of(), null, List.of()).text(true);
        // Then
        assertThat(text)
                .contains("Attempt 1: reject, no_active_model (0 models", "nothing was drawn", "No response yet.");
    }

    @Test
    void shouldGiveTheSameAsJsonWithoutTheAnswer() throws IOException {
        // When
        String json = Explanation.of(history(decision())).json();
        // Then
        JsonNode node = new ObjectMapper().readTree(json);
        assertThat(node.at("/decisions/0/model").asText()).isEqualTo("large");
        assertThat(node.at("/decisions/0/redecision").asText()).isEqualTo("same");
        assertThat(node.at("/decisions/0/candidates/0/utility").asDouble()).isEqualTo(0.8);
        assertThat(node.at("/signals/0/body/value").asDouble()).isEqualTo(0.5);
        assertThat(json).doesNotContain(SECRET);
        assertThat(Explanation.of(history(decision())).json("hello")).contains("\"answer\" : \"hello\"");
    }

    private static History history(Decision decision) {
        Completion completion = Completion.newBuilder()
                .setStatus(CompletionStatus.SUCCESS)
                .setModel("large")
                .setAnswer(SECRET)
                .setInputTokens(12)
                .setOutputTokens(80)
                .setCostNanos(1_500_000)
                .setLatencyMs(120)
                .build();
        Response response = Response.newBuilder()
                .setKind(ResponseKind.ANSWERED)
                .setAnswer(SECRET)
                .setAttempts(1)
                .setInputTokens(12)
                .setOutputTokens(80)
                .setSettledCostNanos(1_500_000)
                .setLatencyMs(150)
                .build();
        Outcome outcome = Outcome.newBuilder()
                .setKind(OutcomeKind.JUDGED)
                .setModel("large")
                .setQuality(0.5)
                .setScopes(List.of("tenant/acme"))
                .build();
        Signal signal = Signal.newBuilder()
                .setBody(Feedback.newBuilder().setFeedbackId("f1").setValue(0.5).build())
                .build();
        return new History(List.of(decision), List.of(completion), response, List.of(outcome), List.of(signal));
    }

    private static Decision decision() {
        double[] probabilities = {0.75, 0.25};
        assertThat(Choice.pick(probabilities, 3)).as("seed 3 draws the first").isZero();
        return Decision.newBuilder()
                .setDecisionId("d1")
                .setKind(DecisionKind.DISPATCH)
                .setAttempt(1)
                .setRoutePartition(2)
                .setRouteSequence(7)
                .setSourceTopic("penstock.requests.online.acme")
                .setSourcePartition(2)
                .setSourceOffset(5)
                .setModel("large")
                .setPropensity(0.75)
                .setPolicy("squarecb")
                .setSeed(3)
                .setRule("eu")
                .setRuleVersion("v3")
                .setCatalogVersion(18)
                .setInputTokens(12)
                .setSignals(Map.of("words", 9.0, "code", 0.5))
                .setFeatures(FeatureVector.newBuilder()
                        .setExtractor("abc")
                        .setDimension(2)
                        .build())
                .setPolicies(List.of(new PolicyUse("tenant/acme", 1, 41L, 0xbeefL, PolicyRole.LEARNS)))
                .setCandidates(List.of(candidate("large", 0.9, 0.75), candidate("small", 0.5, 0.25), dropped()))
                .build();
    }

    private static Candidate candidate(String model, double quality, double probability) {
        return Candidate.newBuilder()
                .setModel(model)
                .setPredictedQuality(quality)
                .setQualityWidth(0.1)
                .setMeanWidth(0.05)
                .setEvidence(4)
                .setVerdicts(3)
                .setVerdictMean(0.25)
                .setPredictedOutputTokens(100)
                .setPredictedCostNanos(2_000_000)
                .setQualityScore(quality)
                .setCostScore(-0.1)
                .setUtility(quality == 0.9 ? 0.8 : 0.4)
                .setProbability(probability)
                .build();
    }

    private static Candidate dropped() {
        return Candidate.newBuilder()
                .setModel("tiny")
                .setFilter("context")
                .setFilterDetail("needs 12 tokens, has 8")
                .build();
    }
}
