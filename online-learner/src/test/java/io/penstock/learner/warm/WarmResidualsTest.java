package io.penstock.learner.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.learner.Features;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WarmResidualsTest {
    private static final int PROMPTS = 1000;

    private final WarmModel model = model();
    private final Map<String, ModelStatistics> sums = new HashMap<>();

    /** Three models, half of whose answers are right: noise 1/4. */
    private static WarmModel model() {
        double[][] quality = new double[3][PROMPTS];
        for (int i = 0; i < PROMPTS; i++) {
            for (int m = 0; m < 3; m++) {
                quality[m][i] = i % 2;
            }
        }
        return WarmModel.fit(
                WarmKind.LOGISTIC,
                WarmOutcomes.of(
                        List.of("m0", "m1", "m2"),
                        Collections.nCopies(PROMPTS, Features.of(0)),
                        quality,
                        new double[3][PROMPTS]));
    }

    private void learn(int m, double predicted, Observation observation) {
        sums.computeIfAbsent("m" + m, name -> ModelStatistics.empty(WarmResiduals.CONTEXT.dimension()))
                .apply(WarmResiduals.CONTEXT, WarmResiduals.observation(observation, predicted));
    }

    private WarmResiduals residuals() {
        return WarmResiduals.of(model, sums);
    }

    @Test
    void shouldMoveAllModelsByWhatIsMissedTogether() {
        // When
        for (int i = 0; i < 2000; i++) {
            learn(i % 2, 0.8, new Observation.Judged(1, 0.7));
        }
        // Then
        for (int m = 0; m < 3; m++) {
            assertThat(residuals().shift(m)).isCloseTo(-0.1, within(0.001));
        }
    }

    @Test
    void shouldHardlyMoveOneModelAgainstTheOthersOnFewVerdicts() {
        // When
        for (int i = 0; i < 50; i++) {
            learn(0, 0.8, new Observation.Judged(1, 0.6));
            learn(1, 0.8, new Observation.Judged(1, 0.8));
        }
        // Then
        assertThat(residuals().shift(1) - residuals().shift(0)).isBetween(0.0, 0.01);
    }

    /** The winner's curse: where predictions are noise around one truth, whoever is chosen is over-predicted. */
    @Test
    void shouldNotPunishAModelForBeingChosen() {
        // Given
        Random random = new Random(5);
        // When
        for (int i = 0; i < 1000; i++) {
            double a = 0.6 + 0.1 * random.nextGaussian();
            double b = 0.5 + 0.1 * random.nextGaussian();
            int chosen = a >= b ? 0 : 1;
            double predicted = Math.max(0, Math.min(1, Math.max(a, b)));
            double quality = random.nextDouble() < (chosen == 0 ? 0.6 : 0.5) ? 1 : 0;
            learn(chosen, predicted, new Observation.Judged(1, quality));
        }
        // Then: model 0 stays ahead by nearly the true 0.1
        assertThat(residuals().shift(0) - residuals().shift(1)).isBetween(-0.03, 0.03);
    }

    @Test
    void shouldUndoACorrectedVerdict() {
        // When
        learn(0, 0.4, new Observation.Judged(1, 0));
        learn(0, 0.4, new Observation.Corrected(1, 0, 1));
        double corrected = residuals().shift(0);
        sums.clear();
        learn(0, 0.4, new Observation.Judged(1, 1));
        // Then
        assertThat(corrected).isEqualTo(residuals().shift(0)).isPositive();
    }

    @Test
    void shouldCountVerdictsOnTheirWayAsEvidence() {
        // Given
        double before = residuals().width(0, 0);
        // When
        for (int i = 0; i < 100; i++) {
            learn(0, 0.5, new Observation.Completed(1, 10, 10));
        }
        double waiting = residuals().width(0, 0);
        for (int i = 0; i < 100; i++) {
            learn(0, 0.5, new Observation.Judged(1, 0.5));
        }
        // Then
        assertThat(waiting).isLessThan(before);
        assertThat(residuals().evidence(0, 0)).isEqualTo(10 * PROMPTS + 100);
        assertThat(residuals().width(0, 50)).isLessThan(residuals().width(0, 0));
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertThatThrownBy(() -> WarmResiduals.observation(new Observation.Judged(1, 1), 1.5))
                .hasMessage("predicted must be a number from 0.0 to 1.0, but is 1.5");
    }
}
