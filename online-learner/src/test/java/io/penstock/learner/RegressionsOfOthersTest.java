package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withPrecision;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong in other routers that learn, and must not here. */
class RegressionsOfOthersTest {
    private static final LearnerSettings SETTINGS = LearnerSettings.defaults();

    /** Policies that learn. */
    static List<String> learners() {
        return List.of("thompson", "linucb", "squarecb", "softmax");
    }

    /**
     * LiteLLM's adaptive router drops every update of a cell that has 200 samples (SAMPLE_CAP, "hard cap, no rescaling"), so a
     * model that changes later is never seen to.
     */
    @Test
    void shouldNotStopLearningAfterTwoHundredSamples() {
        // Given
        Random random = new Random(1);
        WatchedModel model = WatchedModel.empty(1, Decay.NONE);
        for (int i = 0; i < 5_000; i++) {
            model.apply(Features.of(0), new Observation.Judged(1, random.nextDouble() < 0.9 ? 1 : 0), i);
        }
        double before = quality(model.statistics());

        // When
        for (int i = 5_000; i < 5_300; i++) {
            model.apply(Features.of(0), new Observation.Judged(1, random.nextDouble() < 0.4 ? 1 : 0), i);
        }

        // Then
        assertThat(before).isEqualTo(0.9, withPrecision(0.03));
        assertThat(quality(model.statistics())).isLessThan(0.55);
    }

    /**
     * LiteLLM's adaptive router draws from Beta(alpha, beta), which is an error once a stored cell has alpha or beta 0, and
     * that is every later decision.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("learners")
    void shouldDecideWhereAModelHasNoSuccessAnotherNoFailureAndAThirdNothing(String policy) {
        // Given
        Map<String, ModelStatistics> sums = new HashMap<>();
        sums.put("m0", judged(0, 500));
        sums.put("m1", judged(1, 500));
        Estimates estimates = Estimates.of(1, sums, Samples.equalPriors(3), SETTINGS);

        // When
        Choice choice = Policies.byName(policy, Map.of()).choose(arms(estimates, 3), 7);

        // Then
        assertThat(Arrays.stream(choice.probabilities()).sum()).isEqualTo(1, withPrecision(1e-9));
        assertThat(choice.probability(1)).isGreaterThan(choice.probability(0));
        assertThat(Arrays.stream(choice.probabilities())).allMatch(p -> p >= 0 && p <= 1);
    }

    /** LinUCB as in the textbooks, on rewards that are all positive and not centred: whatever is tried first stays ahead. */
    @ParameterizedTest(name = "best model {0}")
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldLeaveTheFirstModelAlthoughAllRewardsArePositive(int best) {
        // Given
        double[] chances = {0.75, 0.75, 0.75, 0.75};
        chances[best] = 0.98;
        Stream stream = Stream.flat(chances, 2_500, 21);

        // When
        Stream.Result result = stream.run(Policies.byName("thompson", Map.of()), SETTINGS, 1, 5);

        // Then
        assertThat(result.plays(best, 2_500)).isGreaterThan(1_250);
    }

    /** Routers that pick the highest bound: nothing can be told from their logs about any other policy. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"thompson", "linucb", "squarecb", "softmax"})
    void shouldGiveEveryModelAChanceThatIsWrittenDown(String policy) {
        // Given
        Map<String, ModelStatistics> sums =
                Map.of("m0", judged(0.2, 400), "m1", judged(0.5, 400), "m2", judged(0.6, 400));
        Estimates estimates = Estimates.of(1, sums, Samples.equalPriors(3), SETTINGS);

        // When
        Choice choice = Policies.byName(policy, Map.of()).choose(arms(estimates, 3), 1);

        // Then
        assertThat(Arrays.stream(choice.probabilities())).allMatch(p -> p > 0);
    }

    /** ParetoBandit's documented forgetting (γ = 0.997) keeps about 330 observations of a stationary stream, whatever it saw. */
    @Test
    void shouldKeepAllEvidenceOfAModelThatDoesNotChange() {
        // Given
        Random random = new Random(5);
        WatchedModel model = WatchedModel.empty(1, Decay.NONE);

        // When
        for (int i = 0; i < 20_000; i++) {
            model.apply(Features.of(0), new Observation.Judged(1, random.nextDouble() < 0.8 ? 1 : 0), i);
        }

        // Then
        assertThat(model.lastChange()).isEmpty();
        assertThat(model.statistics().quality().weight()).isEqualTo(20_000);
    }

    /** Several routers lose what they have learned at a restart, or keep it in one process only. */
    @Test
    void shouldDecideAlikeAfterARestart() {
        // Given
        WatchedModel model = WatchedModel.empty(1, Decay.NONE);
        Random random = new Random(2);
        for (int i = 0; i < 700; i++) {
            model.apply(Features.of(random.nextFloat()), new Observation.Judged(1, random.nextInt(2)), i);
        }

        // When
        WatchedModel restored = WatchedModel.fromBytes(model.toBytes());

        // Then
        assertThat(quality(restored.statistics())).isEqualTo(quality(model.statistics()));
        assertThat(restored.toBytes()).isEqualTo(model.toBytes());
    }

    private static ModelStatistics judged(double quality, int count) {
        ModelStatistics statistics = ModelStatistics.empty(1);
        for (int i = 0; i < count; i++) {
            statistics.apply(Features.of(0), new Observation.Judged(1, quality));
        }
        return statistics;
    }

    private static double quality(ModelStatistics statistics) {
        return Estimates.of(1, Map.of("m0", statistics), Samples.equalPriors(1), SETTINGS)
                .predict("m0", Features.of(0))
                .quality();
    }

    private static List<Arm> arms(Estimates estimates, int models) {
        Objective objective = Objective.qualityAndCost(0, 1);
        return IntStream.range(0, models)
                .mapToObj(i -> {
                    Prediction prediction = estimates.predict("m" + i, Features.of(0));
                    return new Arm("m" + i, prediction, objective.utility(prediction, 0, 0), 0);
                })
                .toList();
    }
}
