package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ObjectiveTest {

    private static final Prediction PREDICTION = new Prediction(0.8, 0.1, 0.05, 200, 3000, 50, new Tally(50, 0.8, 0.6));

    @Test
    void shouldAddSignedParts() {
        // Given
        Objective objective = new Objective(2, 0.5, 0.1, 0.2, 1_000_000, 10_000, 100);
        // When
        Utility utility = objective.utility(PREDICTION, 400_000, 50);
        // Then
        assertThat(utility.quality()).isCloseTo(1.6, within(1e-12));
        assertThat(utility.cost()).isCloseTo(-0.2, within(1e-12));
        assertThat(utility.latency()).isCloseTo(-0.03, within(1e-12));
        assertThat(utility.energy()).isCloseTo(-0.1, within(1e-12));
        assertThat(utility.total()).isCloseTo(1.27, within(1e-12));
        assertThat(utility.clipped()).isEqualTo(1);
        assertThat(utility.width()).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void shouldCountOnlyQualityAndCostWhenAsked() {
        // When
        Utility utility = Objective.qualityAndCost(0.05, 1000).utility(PREDICTION, 2000, 1e9);
        // Then
        assertThat(utility.total()).isCloseTo(0.7, within(1e-12));
        assertThat(utility.latency()).isZero();
    }

    @Test
    void shouldRefuseWhatCannotBeScored() {
        assertThatThrownBy(() -> Objective.qualityAndCost(-1, 1))
                .hasMessage("cost weight must be a number from 0.0 to 1000000.0, but is -1.0");
        assertThatThrownBy(() -> Objective.qualityAndCost(0, 0))
                .hasMessage("costReferenceNanos must be a finite number above 0, but is 0.0");
        assertThatThrownBy(() -> new Prediction(Double.NaN, 0, 0, 0, 0, 0, new Tally(0, 0, 0)))
                .hasMessageStartingWith("quality must be");
        assertThatThrownBy(() ->
                        new Arm("m", PREDICTION, Objective.qualityAndCost(0, 1).utility(PREDICTION, 0, 0), -1))
                .hasMessage("costNanos must not be negative, but is -1");
    }
}
