package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies that go by verdicts alone. */
class FloorPoliciesTest {
    private static final Objective OBJECTIVE = Objective.qualityAndCost(0.5, 1000);

    /** What the context says is of no matter here: it is far from what the verdicts say. */
    private static Arm arm(String model, int good, int bad, double prior, long cost) {
        double n = good + bad;
        Tally tally = new Tally(n, n > 0 ? good / n : 0, prior);
        Prediction prediction = new Prediction(0.01 * cost % 1, 0.3, 0.2, 100, 1000, 3 * n, tally);
        return new Arm(model, prediction, OBJECTIVE.utility(prediction, cost, 0), cost);
    }

    @Test
    void shouldPlayTheHighestBoundOfThePublishedFormula() {
        // Given
        List<Arm> arms = List.of(arm("a", 30, 10, 0.5, 100), arm("b", 3, 2, 0.5, 300), arm("c", 0, 0, 0.4, 900));
        double[] bounds = {
            31.0 / 42 + Math.sqrt(2 * Math.log(51) / 42) - 0.05,
            4.0 / 7 + Math.sqrt(2 * Math.log(51) / 7) - 0.15,
            0.8 / 2 + Math.sqrt(2 * Math.log(51) / 2) - 0.45
        };
        for (double alpha : new double[] {0, 0.2, 0.5, 1}) {
            int best = 0;
            for (int i = 0; i < 3; i++) {
                double mean = bounds[i] - (1 - alpha) * Math.sqrt(2 * Math.log(51) / new double[] {42, 7, 2}[i]);
                double top = bounds[best] - (1 - alpha) * Math.sqrt(2 * Math.log(51) / new double[] {42, 7, 2}[best]);
                best = mean > top ? i : best;
            }
            // When
            Choice choice = Policies.byName("ucb1", Map.of("alpha", "" + alpha, "worth", "2", "floor", "0.03"))
                    .choose(arms, 1);
            // Then
            for (int i = 0; i < 3; i++) {
                assertThat(choice.probability(i)).isCloseTo(i == best ? 0.98 : 0.01, within(1e-12));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"ucb1", "beta-thompson"})
    void shouldNotPlayAModelBecauseItIsNew(String policy) {
        // Given: the new one costs more than any quality is worth
        Arm known = arm("a", 900, 100, 0.5, 100);
        Arm fresh = arm("b", 0, 0, 0.5, 9000);
        // When
        Choice choice = Policies.byName(policy, Map.of()).choose(List.of(fresh, known), 1);
        // Then
        assertThat(choice.probability(1)).isGreaterThan(0.99);
    }

    @Test
    void shouldGoByThePriorBeforeTheFirstVerdict() {
        // When
        Choice choice = Policies.byName("ucb1", Map.of())
                .choose(List.of(arm("a", 0, 0, 0.5, 10), arm("b", 0, 0, 0.6, 10), arm("c", 0, 0, 0.7, 900)), 1);
        // Then
        assertThat(choice.probability(1)).isGreaterThan(0.99);
    }

    @ParameterizedTest(name = "seed {0}, {1} arms, up to {2} verdicts")
    @CsvSource({"1, 2, 3", "2, 5, 10", "3, 4, 60", "4, 9, 400", "5, 3, 5000", "6, 20, 40", "7, 6, 1", "8, 2, 100000"})
    void shouldPlayEachArmAsOftenAsItsQualityIsDrawnHighest(int seed, int arms, int most) {
        // Given
        SplittableRandom random = new SplittableRandom(seed);
        List<Arm> given = new ArrayList<>();
        int[] good = new int[arms];
        int[] bad = new int[arms];
        for (int i = 0; i < arms; i++) {
            // Skewed on purpose: close to one, close to nil, and one arm hardly tried.
            good[i] = random.nextInt(i == 1 ? 2 : most + 1);
            bad[i] = random.nextInt(1 + most / (1 + random.nextInt(10)));
            given.add(arm("m" + i, good[i], bad[i], 0.5, random.nextInt(200)));
        }
        int draws = 40_000;
        int[] wins = new int[arms];
        for (int d = 0; d < draws; d++) {
            int best = 0;
            double top = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < arms; i++) {
                double drawn = given.get(i).utility().withQuality(beta(1 + good[i], 1 + bad[i], random));
                if (drawn > top) {
                    top = drawn;
                    best = i;
                }
            }
            wins[best]++;
        }
        // When
        Choice choice = Policies.byName("beta-thompson", Map.of("floor", "0")).choose(given, 1);
        // Then
        for (int i = 0; i < arms; i++) {
            double share = (double) wins[i] / draws;
            double error = 4 * Math.sqrt(share * (1 - share) / draws) + 1e-3;
            assertThat(choice.probability(i)).as("arm %d of %s", i, given).isCloseTo(share, within(error));
        }
        assertThat(Arrays.stream(choice.probabilities()).sum()).isCloseTo(1, within(1e-12));
    }

    /** By two gamma variables (Marsaglia and Tsang 2000). */
    private static double beta(double alpha, double beta, SplittableRandom random) {
        double x = gamma(alpha, random);
        return x / (x + gamma(beta, random));
    }

    private static double gamma(double shape, SplittableRandom random) {
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double z = random.nextGaussian();
            double v = Math.pow(1 + c * z, 3);
            if (v > 0 && Math.log(random.nextDouble()) < z * z / 2 + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }

    @Test
    void shouldPlayTheCheapestWhereQualityDoesNotCount() {
        // Given
        Objective costOnly = new Objective(0, 1, 0, 0, 1000, 1, 1);
        List<Arm> arms = new ArrayList<>();
        for (long cost : new long[] {300, 200, 400}) {
            Prediction said = arm("m" + cost, 9, 1, 0.5, cost).prediction();
            arms.add(new Arm("m" + cost, said, costOnly.utility(said, cost, 0), cost));
        }
        for (String policy : List.of("ucb1", "beta-thompson")) {
            // When
            Choice choice = Policies.byName(policy, Map.of("floor", "0")).choose(arms, 1);
            // Then
            assertThat(choice.probabilities()).containsExactly(0, 1, 0);
        }
    }

    @Test
    void shouldTellTheVerdictsFromTheEstimate() {
        // Given
        SplittableRandom random = new SplittableRandom(4);
        ModelStatistics sums = ModelStatistics.empty(2);
        for (int i = 0; i < 40; i++) {
            sums.apply(Features.of((float) random.nextGaussian(), 1), new Observation.Judged(1, i % 4 == 0 ? 0 : 1));
        }
        // When
        Estimates estimates = Estimates.of(2, Map.of("m0", sums), Samples.equalPriors(2), LearnerSettings.defaults());
        Tally judged = estimates.predict("m0", Features.of(3, 3)).tally();
        Tally fresh = estimates.predict("m1", Features.of(3, 3)).tally();
        // Then
        assertThat(judged.count()).isEqualTo(40);
        assertThat(judged.mean()).isEqualTo(0.75);
        assertThat(fresh.count()).isZero();
        assertThat(fresh.prior())
                .isEqualTo(judged.prior())
                .isEqualTo(LearnerSettings.defaults().pooledMean());
    }

    @Test
    void shouldSayWhatIsWrongWithAnOption() {
        assertThatThrownBy(() -> Policies.byName("ucb1", Map.of("worth", "0")))
                .hasMessage("worth must be a number from 0.001 to 1000000.0, but is 0.0");
        assertThatThrownBy(() -> Policies.byName("beta-thompson", Map.of("floor", "2")))
                .hasMessage("floor must be a number from 0.0 to 1.0, but is 2.0");
        assertThatThrownBy(() -> new Tally(1, 1.5, 0)).hasMessage("mean must be a number from 0.0 to 1.0, but is 1.5");
    }
}
