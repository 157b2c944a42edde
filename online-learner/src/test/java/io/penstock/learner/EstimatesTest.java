package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EstimatesTest {

    private static final int DIMENSION = 6;
    private static final LearnerSettings SETTINGS = LearnerSettings.defaults();
    private static final Features ORIGIN = Features.of(new float[DIMENSION]);

    @Test
    void shouldBelieveThatDearerIsBetterBeforeEvidence() {
        // Given
        Map<String, ModelPrior> priors = Map.of(
                "cheap", ModelPrior.ofPrice(100, 100),
                "middle", ModelPrior.ofPrice(1000, 1000),
                "dear", ModelPrior.ofPrice(10_000, 10_000),
                "free", ModelPrior.ofPrice(0, 0));
        // When
        Estimates estimates = Estimates.of(DIMENSION, Map.of(), priors, SETTINGS);
        // Then
        assertThat(quality(estimates, "dear")).isGreaterThan(quality(estimates, "middle"));
        assertThat(quality(estimates, "middle")).isGreaterThan(quality(estimates, "cheap"));
        assertThat(quality(estimates, "cheap")).isGreaterThan(quality(estimates, "free"));
        assertThat(estimates.predict("dear", ORIGIN).evidence()).isZero();
        assertThat(estimates.predict("dear", ORIGIN).width()).isPositive();
    }

    @Test
    void shouldBelieveLessOfAModelWhoseContextWindowIsOfAnOlderGeneration() {
        // Given: the same price
        Map<String, ModelPrior> priors = Map.of(
                "current", ModelPrior.ofPrice(1000, 4000).withContextWindow(128_000),
                "unknown", ModelPrior.ofPrice(1000, 4000),
                "older", ModelPrior.ofPrice(1000, 4000).withContextWindow(32_768),
                "old", ModelPrior.ofPrice(1000, 4000).withContextWindow(8_192),
                "oldest", ModelPrior.ofPrice(1000, 4000).withContextWindow(2_048));
        Features context = Features.of(new float[DIMENSION]);
        // When
        Estimates estimates = Estimates.of(DIMENSION, Map.of(), priors, LearnerSettings.defaults());
        // Then
        double current = estimates.predict("current", context).quality();
        double older = estimates.predict("older", context).quality();
        double old = estimates.predict("old", context).quality();
        assertThat(estimates.predict("unknown", context).quality()).isEqualTo(current);
        assertThat(older).isLessThan(current);
        assertThat(old).isLessThan(older);
        assertThat(estimates.predict("oldest", context).quality()).isEqualTo(old);
    }

    @Test
    void shouldStartFromWhatASimilarModelHasShownAndLeaveItWithEvidence() {
        // Given: the new model's price says that it is the best
        Map<String, ModelPrior> priors = new HashMap<>(Map.of(
                "old", ModelPrior.ofPrice(100, 100),
                "other", ModelPrior.ofPrice(1000, 1000),
                "new", ModelPrior.ofPrice(10_000, 10_000)));
        Map<String, ModelStatistics> sums = new HashMap<>();
        sums.put("old", judged(400, 0.3));
        sums.put("other", judged(400, 0.7));
        double byPrice = quality(Estimates.of(DIMENSION, sums, priors, SETTINGS), "new");
        priors.put("new", priors.get("new").withSimilar(new ModelPrior.Similar("old", 50)));
        // When
        Estimates before = Estimates.of(DIMENSION, sums, priors, SETTINGS);
        sums.put("new", judged(50, 0.9));
        Estimates after = Estimates.of(DIMENSION, sums, priors, SETTINGS);
        // Then
        assertThat(byPrice).isGreaterThan(0.5);
        assertThat(quality(before, "new")).isCloseTo(quality(before, "old"), within(1e-9));
        assertThat(before.predict("new", ORIGIN).evidence()).isZero();
        assertThat(quality(after, "new")).as("half-way after 50 verdicts").isCloseTo(0.62, within(0.03));
    }

    @Test
    void shouldFallBackToThePriceWhileASimilarModelHasShownNothing() {
        // Given
        Map<String, ModelPrior> priors = Map.of(
                "old", ModelPrior.ofPrice(100, 100),
                "new", ModelPrior.ofPrice(10_000, 10_000),
                "lost", ModelPrior.ofPrice(10_000, 10_000).withSimilar(new ModelPrior.Similar("gone", 50)),
                "late", ModelPrior.ofPrice(10_000, 10_000).withSimilar(new ModelPrior.Similar("old", 50)));
        // When
        Estimates estimates = Estimates.of(DIMENSION, Map.of(), priors, SETTINGS);
        // Then
        assertThat(quality(estimates, "lost")).isEqualTo(quality(estimates, "new"));
        assertThat(quality(estimates, "late")).isEqualTo(quality(estimates, "new"));
    }

    private static ModelStatistics judged(int count, double quality) {
        ModelStatistics sums = ModelStatistics.empty(DIMENSION);
        for (int i = 0; i < count; i++) {
            sums.apply(ORIGIN, new Observation.Judged(1, quality));
        }
        return sums;
    }

    @Test
    void shouldStartFromAClaimedQualityAndLeaveItWithEvidence() {
        // Given
        Map<String, ModelPrior> priors = new HashMap<>(Samples.equalPriors(2));
        priors.put("m0", priors.get("m0").withQuality(0.9, 50));
        Map<String, ModelStatistics> bad = Map.of("m0", judged(new Random(1), 50, 0));
        // When
        Prediction before = Estimates.of(DIMENSION, Map.of(), priors, SETTINGS).predict("m0", ORIGIN);
        Prediction after = Estimates.of(DIMENSION, bad, priors, SETTINGS).predict("m0", ORIGIN);
        // Then
        assertThat(before.quality()).isCloseTo(0.9, within(1e-12));
        assertThat(after.quality()).isLessThan(0.5);
    }

    @Test
    void shouldMoveUntriedModelsByThePooledResidual() {
        // Given
        Map<String, ModelPrior> priors = Samples.equalPriors(3);
        Map<String, ModelStatistics> good = Map.of("m0", judged(new Random(1), 500, 1));
        // When
        Estimates estimates = Estimates.of(DIMENSION, good, priors, SETTINGS);
        // Then
        assertThat(quality(estimates, "m1")).isGreaterThan(SETTINGS.pooledMean() + 0.1);
        assertThat(quality(estimates, "m0")).isGreaterThan(quality(estimates, "m1"));
    }

    @Test
    void shouldNarrowWithEvidenceAndWithWhatIsPending() {
        // Given
        Map<String, ModelPrior> priors = Samples.equalPriors(2);
        Map<String, ModelStatistics> some = Map.of("m0", mixed(new Random(1), 300));
        Estimates estimates = Estimates.of(DIMENSION, some, priors, SETTINGS);
        // When
        Prediction known = estimates.predict("m0", ORIGIN);
        Prediction unknown = estimates.predict("m1", ORIGIN);
        Prediction pending = estimates.at(ORIGIN).predict("m1", 64);
        // Then
        assertThat(known.width()).isLessThan(unknown.width() / 2);
        assertThat(pending.width()).isLessThan(unknown.width());
        assertThat(pending.quality()).isEqualTo(unknown.quality());
        assertThat(pending.evidence()).isEqualTo(64);
        assertThat(known.evidence()).isEqualTo(300);
    }

    @Test
    void shouldGiveTheSameBitsFromShardsInAnyOrder() {
        // Given
        List<Samples.Event> events = Samples.events(new Random(9), DIMENSION, 900);
        ModelStatistics left = Samples.fold(events.subList(0, 300), DIMENSION);
        ModelStatistics right = Samples.fold(events.subList(300, 900), DIMENSION);
        Map<String, ModelPrior> priors = Samples.equalPriors(2);
        Features x = Samples.features(new Random(2), DIMENSION);
        // When
        Estimates whole = Estimates.of(DIMENSION, Map.of("m0", Samples.fold(events, DIMENSION)), priors, SETTINGS);
        Estimates summed = Estimates.of(DIMENSION, Map.of("m0", right.plus(left)), priors, SETTINGS);
        // Then
        assertThat(summed.predict("m0", x)).isEqualTo(whole.predict("m0", x));
        assertThat(summed.predict("m1", x)).isEqualTo(whole.predict("m1", x));
    }

    @Test
    void shouldChooseToIgnoreContextThatDoesNotMatterAndUseOneThatDoes() {
        // Given
        Random random = new Random(4);
        Map<String, ModelStatistics> noise = new HashMap<>();
        Map<String, ModelStatistics> context = new HashMap<>();
        for (int a = 0; a < 2; a++) {
            ModelStatistics blind = ModelStatistics.empty(DIMENSION);
            ModelStatistics seeing = ModelStatistics.empty(DIMENSION);
            for (int i = 0; i < 1000; i++) {
                Features x = Samples.features(random, DIMENSION);
                blind.apply(x, new Observation.Judged(1, random.nextInt(2)));
                seeing.apply(x, new Observation.Judged(1, x.get(0) > 0 == (a == 0) ? 1 : 0));
            }
            noise.put("m" + a, blind);
            context.put("m" + a, seeing);
        }
        // When
        Estimates ignoring = Estimates.of(DIMENSION, noise, Samples.equalPriors(2), SETTINGS);
        Estimates using = Estimates.of(DIMENSION, context, Samples.equalPriors(2), SETTINGS);
        // Then
        assertThat(ignoring.slopeRidge()).isEqualTo(SETTINGS.slopeRidges().get(0));
        assertThat(using.slopeRidge())
                .isEqualTo(SETTINGS.slopeRidges().get(SETTINGS.slopeRidges().size() - 1));
        Features right = Features.of(1, 0, 0, 0, 0, 0);
        assertThat(using.predict("m0", right).quality())
                .isGreaterThan(using.predict("m1", right).quality() + 0.4);
    }

    @Test
    void shouldLearnLengthAndLatencyOverTheirPriors() {
        // Given
        Map<String, ModelPrior> priors = new HashMap<>(Samples.equalPriors(2));
        priors.replaceAll((model, prior) -> prior.withReferenceTokens(400).withLatency(500, 10));
        ModelStatistics talkative = ModelStatistics.empty(DIMENSION);
        Random random = new Random(6);
        for (int i = 0; i < 2000; i++) {
            double tokens = i % 2 == 0 ? 100 : 1900;
            talkative.apply(
                    Samples.features(random, DIMENSION), new Observation.Completed(1, tokens, 1000 + 5 * tokens));
        }
        // When
        Prediction before = Estimates.of(DIMENSION, Map.of(), priors, SETTINGS).predict("m0", ORIGIN);
        Prediction after = Estimates.of(DIMENSION, Map.of("m0", talkative), priors, SETTINGS)
                .predict("m0", ORIGIN);
        // Then
        assertThat(before.outputTokens()).isCloseTo(400, within(1e-6));
        assertThat(before.latencyMillis()).isCloseTo(4500, within(1e-6));
        assertThat(after.outputTokens()).isCloseTo(1000, within(50.0));
        assertThat(after.latencyMillis()).isCloseTo(6000, within(300.0));
    }

    @Test
    void shouldStayFiniteOnExtremeInput() {
        // Given
        ModelStatistics wild = ModelStatistics.empty(DIMENSION);
        float[] large = new float[DIMENSION];
        java.util.Arrays.fill(large, Features.MAX_MAGNITUDE);
        for (int i = 0; i < 100; i++) {
            wild.apply(Features.of(large), new Observation.Completed(Observation.MAX_WEIGHT, 1e9, 1e9));
            wild.apply(Features.of(large), new Observation.Judged(Observation.MAX_WEIGHT, i % 2));
        }
        Estimates estimates = Estimates.of(DIMENSION, Map.of("m0", wild), Samples.equalPriors(2), SETTINGS);
        // When
        Prediction prediction = estimates.predict("m0", Features.of(large));
        // Then: Prediction itself refuses what is not finite.
        assertThat(prediction.quality()).isBetween(-1.0, 2.0);
    }

    @Test
    void shouldSayWhatDoesNotFit() {
        Map<String, ModelPrior> priors = Samples.equalPriors(1);
        Estimates estimates = Estimates.of(DIMENSION, Map.of(), priors, SETTINGS);
        assertThatThrownBy(() -> estimates.predict("other", ORIGIN))
                .hasMessage("model other must be one of the scope's models, but is not");
        assertThatThrownBy(() -> estimates.predict("m0", Features.of(1)))
                .hasMessage("features must have dimension 6, but have 1");
        assertThatThrownBy(() -> Estimates.of(DIMENSION, Map.of("m0", ModelStatistics.empty(2)), priors, SETTINGS))
                .hasMessage("statistics of model m0 must have dimension 6, but have 2");
    }

    private static double quality(Estimates estimates, String model) {
        return estimates.predict(model, ORIGIN).quality();
    }

    private static ModelStatistics judged(Random random, int count, double quality) {
        ModelStatistics statistics = ModelStatistics.empty(DIMENSION);
        for (int i = 0; i < count; i++) {
            statistics.apply(Samples.features(random, DIMENSION), new Observation.Judged(1, quality));
        }
        return statistics;
    }

    private static ModelStatistics mixed(Random random, int count) {
        ModelStatistics statistics = ModelStatistics.empty(DIMENSION);
        for (int i = 0; i < count; i++) {
            statistics.apply(Samples.features(random, DIMENSION), new Observation.Judged(1, i % 2));
        }
        return statistics;
    }
}
