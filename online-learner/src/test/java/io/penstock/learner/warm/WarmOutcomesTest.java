package io.penstock.learner.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.learner.Features;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmOutcomesTest {

    private static final List<String> MODELS = List.of("a", "b");
    private static final List<Features> CONTEXTS = List.of(Features.of(1, 2), Features.of(3, 4));

    @Test
    void shouldKeepItsOwnCopy() {
        // Given
        double[][] quality = rows(0.5);
        WarmOutcomes outcomes = WarmOutcomes.of(MODELS, CONTEXTS, quality, rows(7));
        // When
        quality[1][0] = 0.25;
        // Then
        assertThat(outcomes.quality(1, 0)).isEqualTo(0.5);
        assertThat(outcomes.outputTokens(1, 0)).isEqualTo(7);
        assertThat(outcomes.models()).containsExactly("a", "b");
        assertThat(outcomes.prompts()).isEqualTo(2);
        assertThat(outcomes.dimension()).isEqualTo(2);
        assertThat(outcomes.context(1)).isEqualTo(Features.of(3, 4));
    }

    @Test
    void shouldRefuseWrongModels() {
        assertRefused(List.of(), CONTEXTS, rows(0), rows(0), "number of models must be from 1 to 1024, but is 0");
        assertRefused(List.of("a", "B/c"), CONTEXTS, rows(0), rows(0), "model name 'B/c' must match [a-z0-9-]{1,80}");
        assertRefused(
                List.of("a", "a"), CONTEXTS, rows(0), rows(0), "model name 'a' must occur once, but occurs twice");
    }

    @Test
    void shouldRefuseWrongContexts() {
        assertRefused(MODELS, List.of(), rows(0), rows(0), "contexts must hold at least one prompt, but are empty");
        assertRefused(
                MODELS,
                List.of(Features.of(1, 2), Features.of(3)),
                rows(0),
                rows(0),
                "context 1 must have dimension 2 as context 0, but has 1");
    }

    @Test
    void shouldRefuseWrongShapes() {
        assertRefused(
                MODELS,
                CONTEXTS,
                new double[][] {{0, 0}},
                rows(0),
                "quality must have length 2, one row for each model, but has length 1");
        assertRefused(
                MODELS,
                CONTEXTS,
                rows(0),
                new double[][] {{0, 0}, {0, 0, 0}},
                "outputTokens of model b must have length 2, one value for each prompt, but has length 3");
    }

    @Test
    void shouldRefuseWrongValues() {
        assertRefused(
                MODELS,
                CONTEXTS,
                new double[][] {{0, 0}, {0, 1.5}},
                rows(0),
                "quality of model b on prompt 1 must be a number from 0.0 to 1.0, but is 1.5");
        assertRefused(
                MODELS,
                CONTEXTS,
                new double[][] {{0, Double.NaN}, {0, 1}},
                rows(0),
                "quality of model a on prompt 1 must be a number from 0.0 to 1.0, but is NaN");
        assertRefused(
                MODELS,
                CONTEXTS,
                rows(0),
                new double[][] {{-1, 0}, {0, 1}},
                "outputTokens of model a on prompt 0 must be a number from 0.0 to 1.0E9, but is -1.0");
    }

    private static double[][] rows(double value) {
        return new double[][] {{value, value}, {value, value}};
    }

    private static void assertRefused(
            List<String> models, List<Features> contexts, double[][] quality, double[][] tokens, String message) {
        assertThatThrownBy(() -> WarmOutcomes.of(models, contexts, quality, tokens))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
