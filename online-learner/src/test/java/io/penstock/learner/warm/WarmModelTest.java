package io.penstock.learner.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.learner.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WarmModelTest {

    private static final int DIMENSION = 8;

    @Test
    void shouldBlendHalfAndHalf() {
        // Given
        WarmOutcomes outcomes = Worlds.regions(1, 3, 300, DIMENSION);
        Features context = Worlds.point(new Random(2), DIMENSION, 1, 0.3);
        WarmForecast knn = WarmModel.fit(WarmKind.KNN, outcomes).predict(context);
        WarmForecast logistic = WarmModel.fit(WarmKind.LOGISTIC, outcomes).predict(context);
        // When
        WarmForecast blend = WarmModel.fit(WarmKind.BLEND, outcomes).predict(context);
        // Then
        for (int m = 0; m < 3; m++) {
            assertThat(blend.quality(m)).isCloseTo((knn.quality(m) + logistic.quality(m)) / 2, within(1e-15));
            assertThat(blend.outputTokens(m)).isEqualTo(knn.outputTokens(m));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void shouldPredictDifferencesBetterTogetherWhereTheModelsHaveOneCause(long seed) {
        // Given: eight models of different ability, and prompts that are harder or easier for all of them
        double[] bias = new double[8];
        double[][] slopes = new double[8][DIMENSION];
        for (int m = 0; m < bias.length; m++) {
            bias[m] = m / 4.0 - 1;
            slopes[m][0] = 1.5;
        }
        WarmOutcomes outcomes = Worlds.line(seed, 300, bias, slopes);
        // When
        double apart = missedDifferences(WarmModel.fit(WarmKind.BLEND, outcomes), bias, slopes);
        double together = missedDifferences(WarmModel.fit(WarmKind.JOINT, outcomes), bias, slopes);
        // Then
        assertThat(together).isLessThan(0.9 * apart);
    }

    /** Mean squared error of what is predicted of each model against the next. */
    private static double missedDifferences(WarmModel model, double[] bias, double[][] slopes) {
        Random random = new Random(9);
        double sum = 0;
        int prompts = 300;
        for (int i = 0; i < prompts; i++) {
            Features x = Worlds.point(random, DIMENSION, -1, 1);
            WarmForecast forecast = model.predict(x);
            for (int m = 1; m < bias.length; m++) {
                double truth = Worlds.share(bias[m], slopes[m], x) - Worlds.share(bias[m - 1], slopes[m - 1], x);
                double missed = forecast.quality(m) - forecast.quality(m - 1) - truth;
                sum += missed * missed / prompts;
            }
        }
        return sum;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void shouldPredictDifferencesAsLargeAsTheyAre(long seed) {
        // Given: models that differ from prompt to prompt by more than so few prompts let neighbours say
        WarmOutcomes outcomes = Worlds.regions(seed, 4, 1200, DIMENSION);
        // When
        double apart = slope(WarmModel.fit(WarmKind.BLEND, outcomes, WarmSettings.defaults()));
        double together = slope(WarmModel.fit(WarmKind.JOINT, outcomes, WarmSettings.defaults()));
        // Then
        assertThat(apart).isGreaterThan(1.08);
        assertThat(together).isBetween(0.93, 1.07);
    }

    /** How many times larger than predicted the difference is between the model of a region and the others. */
    private static double slope(WarmModel model) {
        Random random = new Random(9);
        int regions = model.models().size();
        double products = 0;
        double squares = 0;
        for (int i = 0; i < 400; i++) {
            int region = i % regions;
            WarmForecast forecast = model.predict(Worlds.point(random, DIMENSION, region, 0.1));
            double predicted = forecast.quality(region) - forecast.quality((region + 1) % regions);
            products += predicted * (Worlds.GOOD - Worlds.BAD);
            squares += predicted * predicted;
        }
        return products / squares;
    }

    @Test
    void shouldPlayTheBestModelWherePromptsTellNothing() {
        // Given: quality that does not hang on the context at all
        Random random = new Random(4);
        List<Features> contexts = new ArrayList<>();
        double[][] quality = new double[3][400];
        double[][] tokens = new double[3][400];
        for (int i = 0; i < 400; i++) {
            contexts.add(Worlds.point(random, DIMENSION, -1, 1));
            for (int m = 0; m < 3; m++) {
                quality[m][i] = random.nextDouble() < 0.5 + 0.04 * m ? 1 : 0;
            }
        }
        WarmModel model = WarmModel.fit(WarmKind.JOINT, WarmOutcomes.of(Worlds.names(3), contexts, quality, tokens));
        // When
        double[] most = new double[3];
        for (int i = 0; i < 400; i++) {
            WarmForecast forecast = model.predict(Worlds.point(random, DIMENSION, -1, 1));
            for (int m = 0; m < 3; m++) {
                most[m] = Math.max(most[m], Math.abs(forecast.quality(m) - 0.5 - 0.04 * m));
            }
        }
        // Then
        for (int m = 0; m < 3; m++) {
            assertThat(most[m]).isLessThan(0.1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldDescribeItself(WarmKind kind) {
        // When
        WarmModel model = WarmModel.fit(kind, Worlds.tiny());
        // Then
        assertThat(model.kind()).isEqualTo(kind);
        assertThat(model.models()).containsExactly("small", "large");
        assertThat(model.dimension()).isEqualTo(2);
        assertThat(model.prompts()).isEqualTo(3);
        assertThat(model.noise()).isBetween(0.0, 0.25);
        assertThat(model.indexOf("large")).hasValue(1);
        assertThat(model.indexOf("other")).isEmpty();
        assertThat(model.extractor()).isEmpty();
        assertThat(WarmModel.fromBytes(model.withExtractor("0a1b").toBytes()).extractor())
                .isEqualTo("0a1b");
        assertThat(model.predict(Features.of(0, 0)).models()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void shouldFitTheSameBitsAgain(WarmKind kind) {
        // Given
        byte[] first = WarmModel.fit(kind, Worlds.regions(4, 3, 200, DIMENSION)).toBytes();
        // When
        byte[] second =
                WarmModel.fit(kind, Worlds.regions(4, 3, 200, DIMENSION)).toBytes();
        // Then
        assertThat(second).isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource
    void shouldPredictTheSameAfterARoundTrip(WarmKind kind) {
        // Given
        WarmSettings settings = WarmSettings.defaults().withRidge(50);
        WarmModel model = WarmModel.fit(kind, Worlds.regions(5, 3, 200, DIMENSION), settings);
        byte[] bytes = model.toBytes();
        Random random = new Random(6);
        // When
        WarmModel read = WarmModel.fromBytes(bytes);
        // Then
        assertThat(read.toBytes()).isEqualTo(bytes);
        assertThat(read.models()).isEqualTo(model.models());
        assertThat(read.kind()).isEqualTo(kind);
        for (int i = 0; i < 50; i++) {
            Features context = Worlds.point(random, DIMENSION, i % 3, 0.5);
            assertThat(read.predict(context)).isEqualTo(model.predict(context));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldStayInRangeFarFromTheTrainingSet(WarmKind kind) {
        // Given
        WarmModel model = WarmModel.fit(
                kind,
                Worlds.regions(8, 3, 200, DIMENSION),
                WarmSettings.defaults().withRidge(1e-6));
        for (float far : new float[] {-Features.MAX_MAGNITUDE, Features.MAX_MAGNITUDE}) {
            float[] values = new float[DIMENSION];
            for (int j = 0; j < DIMENSION; j++) {
                values[j] = far;
                // When
                WarmForecast forecast = model.predict(Features.of(values));
                // Then
                for (int m = 0; m < 3; m++) {
                    assertThat(forecast.quality(m)).isBetween(0.0, 1.0);
                    assertThat(forecast.outputTokens(m)).isBetween(100.0, 300.0);
                }
            }
        }
    }

    @Test
    void shouldRefuseAnotherDimension() {
        // Given
        WarmModel model = WarmModel.fit(WarmKind.KNN, Worlds.tiny());
        // Then
        assertThatThrownBy(() -> model.predict(Features.of(1, 2, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dimension must be 2 as in this warm model, but is 3");
    }

    @Test
    void shouldHaveTheseDefaults() {
        assertThat(WarmSettings.defaults()).isEqualTo(new WarmSettings(8, 20));
        assertThat(WarmSettings.defaults().withNeighbours(1).withRidge(2)).isEqualTo(new WarmSettings(1, 2));
    }

    @Test
    void shouldRefuseWrongSettings() {
        assertThatThrownBy(() -> new WarmSettings(-1, 10))
                .hasMessage("neighbours must be a number from 0.0 to 1000000.0, but is -1.0");
        assertThatThrownBy(() -> new WarmSettings(1, 0))
                .hasMessage("ridge must be a number from 1.0E-6 to 1.0E9, but is 0.0");
        assertThatThrownBy(() -> WarmModel.fit(WarmKind.KNN, Worlds.tiny()).withExtractor("NOT HEX"))
                .hasMessage("extractor must match [a-z0-9-]{1,80}, but is 'NOT HEX'");
    }
}
