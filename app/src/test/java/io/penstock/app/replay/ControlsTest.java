package io.penstock.app.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ControlsTest {
    private static final double TINY = 1e-12;

    private final RecordedOutcomes outcomes = Fixtures.tiny();
    private final Scoring scoring = Scoring.of(outcomes, 0.1);
    private final Controls controls = new Controls(scoring, outcomes.prompts());

    @Test
    void shouldScoreTheFixedModelsByHand() {
        // When
        List<Controls.Score> fixed = controls.fixed();

        // Then: C_ref is the mean cost of good/one, 0.002
        assertThat(scoring.reference()).isEqualTo(0.002, within(TINY));
        assertThat(fixed.get(0).reward()).isEqualTo(0.5 - 0.1, within(TINY));
        assertThat(fixed.get(1).reward()).isEqualTo(0.5 - 0.05, within(TINY));
        assertThat(controls.bestFixedArm()).isOne();
        assertThat(controls.random().reward()).isEqualTo((0.4 + 0.45) / 2, within(TINY));
    }

    @Test
    void shouldTakeTheBestModelOfEachPromptAsOracle() {
        // When
        Controls.Score oracle = controls.oracle();

        // Then: good/one on p0, cheap on p1, p2 and, for none is right, on p3
        assertThat(oracle.quality()).isEqualTo(0.75, within(TINY));
        assertThat(oracle.costUsd()).isEqualTo((0.002 + 3 * 0.001) / 4, within(TINY));
        assertThat(oracle.reward()).isEqualTo(0.75 - 0.1 * 0.00125 / 0.002, within(TINY));
    }

    @Test
    void shouldKeepSharesAndLoseTheFitWhenShuffled() {
        // Given: a stream on which each model is right on every other prompt, and a policy that always knows
        StringBuilder lines = new StringBuilder();
        int[] chosen = new int[400];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = i % 2;
            lines.append(Fixtures.line("p" + i, "t", i % 2 == 0 ? 1 : 0, i % 2));
        }
        RecordedOutcomes many = Fixtures.load(lines.toString());
        Scoring score = Scoring.of(many, 0.1);
        double[] rewards = rewards(score, many.prompts(), chosen);

        // When
        Controls.Shuffled shuffled = new Controls(score, many.prompts()).shuffled(chosen, rewards, 0.0015, 1);

        // Then
        double expected = 0.5 - 0.1 * 0.0015 / 0.002;
        assertThat(shuffled.reward()).isEqualTo(expected, within(0.01));
        assertThat(shuffled.matchedReward()).isEqualTo(expected, within(0.01));
        assertThat(shuffled.costUsd()).isEqualTo(0.0015, within(TINY));
        assertThat(shuffled.deviation()).isBetween(0.01, 0.05);
        assertThat(shuffled.pairedDifference()).isEqualTo(0.5, within(TINY));
        // Each difference is 0.5 ± half of the cost gap, so the error is small and not 0.
        assertThat(shuffled.pairedError()).isBetween(1e-4, 0.01);
    }

    @Test
    void shouldFindNoDifferenceForAPolicyThatIgnoresThePrompt() {
        // Given
        Random random = new Random(5);
        List<RecordedPrompt> prompts = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            lines.append(Fixtures.line("p" + i, "t", random.nextInt(2), random.nextInt(2)));
        }
        RecordedOutcomes many = Fixtures.load(lines.toString());
        prompts.addAll(many.prompts());
        int[] chosen = random.ints(prompts.size(), 0, 2).toArray();
        Scoring score = Scoring.of(many, 0.1);

        // When
        Controls.Shuffled shuffled =
                new Controls(score, prompts).shuffled(chosen, rewards(score, prompts, chosen), 0.0015, 1);

        // Then
        assertThat(shuffled.pairedDifference()).isEqualTo(0, within(3 * shuffled.pairedError()));
        assertThat(shuffled.pairedError()).isPositive();
    }

    @Test
    void shouldGiveTheSameForTheSameSeedOnly() {
        // Given
        int[] chosen = {0, 1, 1, 0};
        double[] rewards = rewards(scoring, outcomes.prompts(), chosen);

        // When
        Controls.Shuffled one = controls.shuffled(chosen, rewards, 0.0015, 1);
        Controls.Shuffled same = controls.shuffled(chosen, rewards, 0.0015, 1);
        Controls.Shuffled other = controls.shuffled(chosen, rewards, 0.0015, 2);

        // Then
        assertThat(one).isEqualTo(same).isNotEqualTo(other);
    }

    private static double[] rewards(Scoring scoring, List<RecordedPrompt> prompts, int[] chosen) {
        double[] rewards = new double[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            rewards[i] = scoring.reward(prompts.get(i), chosen[i]);
        }
        return rewards;
    }
}
