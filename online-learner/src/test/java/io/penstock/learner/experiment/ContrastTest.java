package io.penstock.learner.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContrastTest {
    private static final double[] TRUTH = {0.8, 0.3, 0.5};
    // Predictions that are far off: they must not matter for the mean.
    private static final Contrast.Scored[] SCORED = {
        new Contrast.Scored(0.2, -0.1), new Contrast.Scored(0.9, -0.05), new Contrast.Scored(1.3, -0.4)
    };
    private static final double[] CURRENT = {0.1, 0.7, 0.2};
    private static final double[] VARIANT = {0.8, 0.1, 0.1};

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5})
    void shouldGiveTheDifferenceOnAverageWhateverIsPredicted(double share) {
        // Given
        double truth = 0;
        double average = 0;
        for (int i = 0; i < 3; i++) {
            truth += (VARIANT[i] - CURRENT[i]) * (TRUTH[i] + SCORED[i].otherUtility());
        }

        // When
        for (int i = 0; i < 3; i++) {
            Contrast contrast = Contrast.of(SCORED, CURRENT, VARIANT, share, i, 1);
            double drawn = (1 - share) * CURRENT[i] + share * VARIANT[i];
            average += drawn * (TRUTH[i] * contrast.at(1) + (1 - TRUTH[i]) * contrast.at(0));
        }

        // Then
        assertThat(average).isCloseTo(truth, within(1e-12));
    }

    @Test
    void shouldRatherUnderestimateWhatTheLogOfAShadowCannotSupport() {
        // Given: the best model is hardly ever chosen
        double[] current = {0.001, 0.799, 0.2};
        double[] variant = {1, 0, 0};
        double truth = TRUTH[0] - 0.1;
        for (int i = 0; i < 3; i++) {
            truth -= current[i] * (TRUTH[i] + SCORED[i].otherUtility());
        }
        double average = 0;

        // When
        for (int i = 0; i < 3; i++) {
            Contrast contrast = Contrast.of(SCORED, current, variant, 0, i, 1);
            average += current[i] * (TRUTH[i] * contrast.at(1) + (1 - TRUTH[i]) * contrast.at(0));
        }

        // Then
        assertThat(average).isBetween(-2.0, truth - 0.1);
    }

    @Test
    void shouldStayWithinItsBound() {
        SplittableRandom random = new SplittableRandom(3);
        for (int n = 0; n < 2_000; n++) {
            double share = n % 3 == 0 ? 0 : 0.05 + 0.4 * random.nextDouble();
            double floor = 1e-4;
            double[] current = {floor + random.nextDouble(), floor + random.nextDouble()};
            double[] variant = {random.nextDouble(), random.nextDouble()};
            normalise(current);
            normalise(variant);
            Contrast.Scored[] scored = {
                new Contrast.Scored(3 * random.nextDouble() - 1, -2 * random.nextDouble()),
                new Contrast.Scored(random.nextDouble(), 0)
            };
            Contrast contrast = Contrast.of(scored, current, variant, share, n % 2, 4 * random.nextDouble());

            assertThat(Math.abs(contrast.at(0))).isLessThanOrEqualTo(Contrast.bound(share));
            assertThat(Math.abs(contrast.at(1))).isLessThanOrEqualTo(Contrast.bound(share));
        }
    }

    private static void normalise(double[] probabilities) {
        double sum = probabilities[0] + probabilities[1];
        probabilities[0] /= sum;
        probabilities[1] /= sum;
    }
}
