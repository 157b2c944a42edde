package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThompsonPolicyTest {

    private static Policy thompson(String scale) {
        return Policies.byName("thompson", Map.of("scale", scale, "floor", "0"));
    }

    @Test
    void shouldPlayTwoArmsAsTheNormalDistributionSays() {
        // Given: the difference is normal with mean 0.1 and standard deviation 0.1
        List<Arm> arms = List.of(Samples.arm("a", 0.6, 0.06, 9, 1), Samples.arm("b", 0.5, 0.08, 9, 1));
        // When
        Choice choice = thompson("1").choose(arms, 1);
        // Then: Φ(1)
        assertThat(choice.probability(0)).isCloseTo(0.841345, within(0.002));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void shouldAgreeWithSamplingForArmsOfVeryDifferentWidths(long seed) {
        // Given
        double[] means = {0.7, 0.68, 0.5, 0.695, 0.3};
        double[] widths = {0.002, 0.03, 0.15, 0.004, 0.0};
        Arm[] arms = new Arm[means.length];
        for (int i = 0; i < arms.length; i++) {
            arms[i] = Samples.arm("m" + i, means[i], widths[i], 5, 1);
        }
        Random random = new Random(seed);
        int draws = 200_000;
        double[] shares = new double[arms.length];
        for (int n = 0; n < draws; n++) {
            int best = 0;
            double top = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < arms.length; i++) {
                double value = means[i] + widths[i] * random.nextGaussian();
                best = value > top ? i : best;
                top = Math.max(top, value);
            }
            shares[best] += 1.0 / draws;
        }
        // When
        Choice choice = thompson("1").choose(List.of(arms), 1);
        // Then
        for (int i = 0; i < arms.length; i++) {
            assertThat(choice.probability(i)).as("arm " + i).isCloseTo(shares[i], within(0.01));
        }
    }

    @Test
    void shouldExploreLessWithASmallerScaleAndNotAtAllWithNone() {
        // Given
        List<Arm> arms = List.of(Samples.arm("a", 0.6, 0.05, 9, 1), Samples.arm("b", 0.55, 0.05, 9, 1));
        // When
        double wide = thompson("1").choose(arms, 1).probability(1);
        double narrow = thompson("0.4").choose(arms, 1).probability(1);
        double none = thompson("0").choose(arms, 1).probability(1);
        // Then
        assertThat(wide).isGreaterThan(narrow + 0.05);
        assertThat(narrow).isPositive();
        assertThat(none).isZero();
    }

    @Test
    void shouldGiveEveryArmThePropensityOfTheFloor() {
        // Given
        List<Arm> arms = List.of(Samples.arm("a", 0.9, 0.001, 900, 1), Samples.arm("b", 0.1, 0.001, 900, 1));
        // When
        Choice choice = Policies.byName("thompson", Map.of()).choose(arms, 1);
        // Then
        assertThat(choice.probability(1)).isCloseTo(Policies.DEFAULT_THOMPSON_FLOOR / 2, within(1e-12));
    }

    @Test
    void shouldRefuseANegativeScale() {
        assertThatThrownBy(() -> thompson("-1"))
                .hasMessage("scale must be a number from 0.0 to 1000000.0, but is -1.0");
    }

    @Test
    void shouldPlaySoftmaxInProportionToTheExponential() {
        // Given
        List<Arm> arms = List.of(Samples.arm("a", 0.6, 0.05, 9, 1), Samples.arm("b", 0.5, 0.05, 9, 1));
        // When
        Choice choice = Policies.byName("softmax", Map.of("temperature", "0.1")).choose(arms, 1);
        // Then
        assertThat(choice.probability(0) / choice.probability(1)).isCloseTo(Math.E, within(1e-9));
    }
}
