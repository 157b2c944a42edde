package io.penstock.learner.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WarmResidualsTest {

    @Test
    void shouldMoveAllModelsByWhatIsMissedTogether() {
        // Given
        WarmResiduals residuals = new WarmResiduals(3, 1000, 0.2);
        // When
        for (int i = 0; i < 2000; i++) {
            residuals.judged(i % 2, 0.8, 0.7);
        }
        // Then
        for (int model = 0; model < 3; model++) {
            assertThat(residuals.shift(model)).isCloseTo(-0.1, within(0.001));
        }
    }

    @Test
    void shouldHardlyMoveOneModelAgainstTheOthersOnFewVerdicts() {
        // Given
        WarmResiduals residuals = new WarmResiduals(2, 1000, 0.2);
        // When
        for (int i = 0; i < 50; i++) {
            residuals.judged(0, 0.8, 0.6);
            residuals.judged(1, 0.8, 0.8);
        }
        // Then
        assertThat(residuals.shift(1) - residuals.shift(0)).isBetween(0.0, 0.01);
    }

    /** The winner's curse: where predictions are noise around one truth, whoever is chosen is over-predicted. */
    @Test
    void shouldNotPunishAModelForBeingChosen() {
        // Given
        Random random = new Random(5);
        WarmResiduals residuals = new WarmResiduals(2, 1000, 0.2);
        // When
        for (int i = 0; i < 1000; i++) {
            double a = 0.6 + 0.1 * random.nextGaussian();
            double b = 0.5 + 0.1 * random.nextGaussian();
            int chosen = a >= b ? 0 : 1;
            double predicted = Math.max(0, Math.min(1, Math.max(a, b)));
            residuals.judged(chosen, predicted, random.nextDouble() < (chosen == 0 ? 0.6 : 0.5) ? 1 : 0);
        }
        // Then: model 0 stays ahead by nearly the true 0.1
        assertThat(residuals.shift(0) - residuals.shift(1)).isBetween(-0.03, 0.03);
    }

    @Test
    void shouldCountVerdictsOnTheirWayAsEvidence() {
        // Given
        WarmResiduals residuals = new WarmResiduals(1, 100, 0.2);
        double before = residuals.width(0);
        // When
        for (int i = 0; i < 100; i++) {
            residuals.chosen(0);
        }
        double waiting = residuals.width(0);
        for (int i = 0; i < 100; i++) {
            residuals.judged(0, 0.5, 0.5);
        }
        // Then
        assertThat(waiting).isLessThan(before);
        assertThat(residuals.evidence(0)).isEqualTo(10 * 100 + 100);
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertThatThrownBy(() -> new WarmResiduals(2, 0, 0.2)).hasMessageStartingWith("trained must be from 1 to");
        assertThatThrownBy(() -> new WarmResiduals(2, 5, -1)).hasMessageStartingWith("noise must be a number from 0");
        assertThatThrownBy(() -> new WarmResiduals(2, 5, 0.2).judged(0, 0.5, 1.5))
                .hasMessage("quality must be a number from 0.0 to 1.0, but is 1.5");
    }
}
