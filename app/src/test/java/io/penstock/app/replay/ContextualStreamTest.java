package io.penstock.app.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContextualStreamTest {
    private static final int MODELS = 4;

    private final RecordedOutcomes prompts = SampleData.load();

    private RecordedOutcomes stream(long seed, boolean shuffled) {
        return RecordedOutcomes.load(new ContextualStream(prompts, MODELS, seed, shuffled), ContextualStream.POOL);
    }

    @Test
    void shouldMakeEveryFixedModelBadAndTheTaskDecisive() {
        // When
        RecordedOutcomes stream = stream(1, false);
        Controls controls = new Controls(Scoring.of(stream, 0.05), stream.prompts());

        // Then: right on its own tasks with 0.9, elsewhere with 0.2
        double byTask = byTask(stream);
        double best = controls.fixed().get(controls.bestFixedArm()).quality();
        assertThat(byTask).isEqualTo(ContextualStream.RIGHT, within(0.02));
        assertThat(best).isBetween(0.25, 0.5);
        assertThat(controls.oracle().quality()).isBetween(0.93, 0.97);
        assertThat(controls.fixed().stream().map(Controls.Score::costUsd).distinct())
                .hasSize(1);
    }

    private static double byTask(RecordedOutcomes stream) {
        Map<String, double[]> sums = new HashMap<>();
        for (RecordedPrompt prompt : stream.prompts()) {
            double[] sum = sums.computeIfAbsent(prompt.task(), task -> new double[MODELS]);
            IntStream.range(0, MODELS)
                    .forEach(arm -> sum[arm] += prompt.outcomes().get(arm).quality());
        }
        double right = sums.values().stream()
                .mapToDouble(sum -> Arrays.stream(sum).max().orElseThrow())
                .sum();
        return right / stream.prompts().size();
    }

    @Test
    void shouldOnlyMoveTextsWhenFeaturesAreShuffled() {
        // When
        List<RecordedPrompt> plain = stream(1, false).prompts();
        List<RecordedPrompt> shuffled = stream(1, true).prompts();

        // Then
        long moved = IntStream.range(0, plain.size())
                .filter(i -> !plain.get(i).text().equals(shuffled.get(i).text()))
                .count();
        assertThat(moved).isGreaterThan(plain.size() * 99L / 100);
        assertThat(shuffled.stream().map(RecordedPrompt::outcomes).toList())
                .isEqualTo(plain.stream().map(RecordedPrompt::outcomes).toList());
        assertThat(new HashSet<>(shuffled.stream().map(RecordedPrompt::text).toList()))
                .isEqualTo(
                        new HashSet<>(plain.stream().map(RecordedPrompt::text).toList()));
    }

    @Test
    void shouldBeTheSameForASeedAndAnotherForAnother() {
        assertThat(stream(1, false).prompts()).isEqualTo(stream(1, false).prompts());
        assertThat(stream(1, false).prompts()).isNotEqualTo(stream(2, false).prompts());
    }

    @Test
    void shouldRefuseASingleModel() {
        assertThatThrownBy(() -> new ContextualStream(prompts, 1, 1, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 2 models, but got 1");
    }
}
