package io.penstock.learner.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.learner.Features;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogisticRegressionTest {

    private static final double[] BIAS = {0.5, -1};
    private static final double[][] SLOPES = {{1, -2, 0, 0.5}, {0, 0.5, -1, 0}};

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void shouldRecoverPlantedLogOdds(long seed) {
        // Given
        WarmModel model = WarmModel.fit(
                WarmKind.LOGISTIC,
                Worlds.line(seed, 4000, BIAS, SLOPES),
                WarmSettings.defaults().withRidge(0.1));
        Random random = new Random(seed + 100);
        for (int i = 0; i < 50; i++) {
            Features context = Worlds.point(random, 4, -1, 1);
            // When
            WarmForecast forecast = model.predict(context);
            // Then
            for (int m = 0; m < 2; m++) {
                assertThat(forecast.quality(m)).isCloseTo(Worlds.share(BIAS[m], SLOPES[m], context), within(0.03));
            }
        }
    }

    @ParameterizedTest(name = "ridge {0}")
    @ValueSource(doubles = {1e-6, 0.1, 10, 1e4, 1e9})
    void shouldBeCalibratedWhateverTheRidge(double ridge) {
        // Given
        WarmOutcomes outcomes = Worlds.line(7, 500, BIAS, SLOPES);
        // When
        WarmModel model = WarmModel.fit(
                WarmKind.LOGISTIC, outcomes, WarmSettings.defaults().withRidge(ridge));
        // Then
        for (int m = 0; m < 2; m++) {
            assertThat(meanPrediction(model, outcomes, m)).isCloseTo(meanLabel(outcomes, m), within(1e-6));
            assertThat(model.predict(Features.of(0, 0, 0, 0)).outputTokens(m))
                    .isCloseTo(meanTokens(outcomes, m), within(1e-9));
        }
    }

    @Test
    void shouldLearnFromEqualLabels() {
        // Given
        List<Features> contexts = new ArrayList<>();
        Random random = new Random(3);
        for (int i = 0; i < 40; i++) {
            contexts.add(Worlds.point(random, 5, -1, 1));
        }
        double[][] quality = new double[2][40];
        Arrays.fill(quality[1], 1);
        WarmOutcomes outcomes = WarmOutcomes.of(List.of("never", "always"), contexts, quality, new double[2][40]);
        // When
        WarmForecast forecast = WarmModel.fit(WarmKind.LOGISTIC, outcomes).predict(contexts.get(0));
        // Then
        assertThat(forecast.quality(0)).isBetween(0.0, 1e-6);
        assertThat(forecast.quality(1)).isBetween(1 - 1e-6, 1.0);
    }

    @Test
    void shouldSeparateWithoutRunningAway() {
        // Given: perfectly separable, hardly any ridge
        WarmOutcomes outcomes = Worlds.line(11, 60, new double[] {0}, new double[][] {{1e4, -1e4}});
        // When
        WarmModel model = WarmModel.fit(
                WarmKind.LOGISTIC, outcomes, WarmSettings.defaults().withRidge(1e-6));
        // Then
        for (int i = 0; i < outcomes.prompts(); i++) {
            assertThat(model.predict(outcomes.context(i)).quality(0)).isCloseTo(outcomes.quality(0, i), within(0.05));
        }
    }

    @ParameterizedTest(name = "contexts × {0}")
    @ValueSource(floats = {0.001f, 4})
    void shouldMeanTheSameByRidgeAtAnyScale(float factor) {
        // Given
        WarmOutcomes outcomes = Worlds.line(5, 300, BIAS, SLOPES);
        List<Features> scaled = new ArrayList<>();
        double[][] quality = new double[2][300];
        for (int i = 0; i < 300; i++) {
            scaled.add(times(outcomes.context(i), factor));
            quality[0][i] = outcomes.quality(0, i);
            quality[1][i] = outcomes.quality(1, i);
        }
        WarmModel model = WarmModel.fit(WarmKind.LOGISTIC, outcomes);
        // When
        WarmModel other = WarmModel.fit(
                WarmKind.LOGISTIC, WarmOutcomes.of(outcomes.models(), scaled, quality, new double[2][300]));
        // Then
        for (int i = 0; i < 300; i += 30) {
            assertThat(other.predict(scaled.get(i)).quality(0))
                    .isCloseTo(model.predict(outcomes.context(i)).quality(0), within(1e-5));
        }
    }

    @Test
    void shouldSolveAndRefuseWhatIsNotPositiveDefinite() {
        // Given
        double[] right = {8, 8};
        // When
        Cholesky.solve(new double[] {4, 2, 2, 3}, right);
        // Then
        assertThat(right).containsExactly(new double[] {1, 2}, within(1e-12));
        assertThatThrownBy(() -> Cholesky.solve(new double[] {1, 2, 2, 1}, new double[2]))
                .hasMessage("matrix of width 2 must be positive definite, but has pivot -3.0 in row 1");
    }

    private static Features times(Features context, float factor) {
        float[] values = new float[context.dimension()];
        for (int j = 0; j < values.length; j++) {
            values[j] = context.get(j) * factor;
        }
        return Features.of(values);
    }

    private static double meanPrediction(WarmModel model, WarmOutcomes outcomes, int m) {
        double sum = 0;
        for (int i = 0; i < outcomes.prompts(); i++) {
            sum += model.predict(outcomes.context(i)).quality(m);
        }
        return sum / outcomes.prompts();
    }

    private static double meanLabel(WarmOutcomes outcomes, int m) {
        double sum = 0;
        for (int i = 0; i < outcomes.prompts(); i++) {
            sum += outcomes.quality(m, i);
        }
        return sum / outcomes.prompts();
    }

    private static double meanTokens(WarmOutcomes outcomes, int m) {
        double sum = 0;
        for (int i = 0; i < outcomes.prompts(); i++) {
            sum += outcomes.outputTokens(m, i);
        }
        return sum / outcomes.prompts();
    }
}
