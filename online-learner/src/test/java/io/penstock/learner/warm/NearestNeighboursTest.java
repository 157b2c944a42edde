package io.penstock.learner.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.learner.Features;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearestNeighboursTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void shouldRecoverPlantedRegions(long seed) {
        // Given
        WarmModel model = WarmModel.fit(WarmKind.KNN, Worlds.regions(seed, 4, 2000, 16));
        for (int region = 0; region < 4; region++) {
            // When
            WarmForecast forecast = model.predict(Worlds.point(new Random(99), 16, region, 0.1));
            // Then
            for (int m = 0; m < 4; m++) {
                assertThat(forecast.quality(m))
                        .as("model %d in region %d", m, region)
                        .isCloseTo(m == region ? Worlds.GOOD : Worlds.BAD, within(0.1));
                assertThat(forecast.outputTokens(m)).isCloseTo(100 * (1 + region), within(1e-9));
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldFindExactlyTheMostSimilar(long seed) {
        // Given
        Random random = new Random(seed);
        int prompts = 1 + random.nextInt(300);
        int dimension = 1 + random.nextInt(20);
        List<Features> contexts = IntStream.range(0, prompts)
                .mapToObj(i -> Worlds.point(random, dimension, 0, 1))
                .toList();
        double[][] quality = {random.doubles(prompts).toArray()};
        double[][] tokens = {random.doubles(prompts, 0, 1000).toArray()};
        WarmModel model = WarmModel.fit(WarmKind.KNN, WarmOutcomes.of(List.of("m"), contexts, quality, tokens));
        Features context = Worlds.point(random, dimension, 0, 1);
        int[] nearest = nearest(contexts, context, NearestNeighbours.neighbours(prompts, 8));
        // When
        WarmForecast forecast = model.predict(context);
        // Then
        assertThat(forecast.quality(0)).isCloseTo(mean(quality[0], nearest), within(1.0 / 65_535));
        assertThat(forecast.outputTokens(0)).isCloseTo(mean(tokens[0], nearest), within(1e-3));
    }

    @Test
    void shouldTakeTheEarlierOfEquallySimilarPrompts() {
        // Given
        List<Features> contexts = List.of(Features.of(-1, 0), Features.of(1, 0), Features.of(1, 0), Features.of(-1, 0));
        double[][] quality = {{0.1, 0.2, 0.4, 0.8}};
        WarmOutcomes outcomes = WarmOutcomes.of(List.of("m"), contexts, quality, new double[1][4]);
        WarmModel one =
                WarmModel.fit(WarmKind.KNN, outcomes, WarmSettings.defaults().withNeighbours(0.5));
        // When
        double right = one.predict(Features.of(5, 0)).quality(0);
        double left = one.predict(Features.of(-5, 0)).quality(0);
        double centre = one.predict(Features.of(0, 0)).quality(0);
        // Then
        assertThat(right).isCloseTo(0.2, within(1e-5));
        assertThat(left).isCloseTo(0.1, within(1e-5));
        assertThat(centre).isCloseTo(0.1, within(1e-5));
    }

    @Test
    void shouldSeeNoDirectionWhereAllPromptsAreEqual() {
        // Given: a mean that rounds away from the only context there is
        Features context = Features.of(0.1f, 0.7f);
        WarmOutcomes outcomes = WarmOutcomes.of(
                List.of("m"), List.of(context, context, context), new double[][] {{0, 1, 1}}, new double[1][3]);
        WarmModel one =
                WarmModel.fit(WarmKind.KNN, outcomes, WarmSettings.defaults().withNeighbours(0));
        // When
        double quality = one.predict(Features.of(0.3f, -2)).quality(0);
        // Then
        assertThat(quality).isZero();
    }

    @ParameterizedTest(name = "{1} × √{0}")
    @CsvSource({"1, 5.5, 1", "4, 5.5, 4", "100, 5.5, 55", "7169, 5.5, 466", "100, 0, 1", "100, 10, 100"})
    void shouldTakeNeighboursByTheRootOfThePrompts(int prompts, double multiple, int expected) {
        assertThat(NearestNeighbours.neighbours(prompts, multiple)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldSelectTheLeastOfTheLargest(long seed) {
        // Given
        Random random = new Random(seed);
        float[] values = new float[1 + random.nextInt(200)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(30) - 15;
        }
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        for (int count = 1; count <= values.length; count++) {
            // When
            float least = Largest.least(values, count);
            // Then
            assertThat(least).isEqualTo(sorted[values.length - count]);
        }
    }

    /** The definition, slowly and in doubles. */
    private static int[] nearest(List<Features> contexts, Features context, int count) {
        int dimension = context.dimension();
        double[] mean = new double[dimension];
        for (Features other : contexts) {
            for (int j = 0; j < dimension; j++) {
                mean[j] += other.get(j) / (double) contexts.size();
            }
        }
        double[] spread = new double[dimension];
        for (int j = 0; j < dimension; j++) {
            double squares = 0;
            for (Features other : contexts) {
                squares += Math.pow(other.get(j) - mean[j], 2) / contexts.size();
            }
            spread[j] = Math.sqrt(squares);
        }
        double[] cosines = contexts.stream()
                .mapToDouble(other -> cosine(other, context, mean, spread))
                .toArray();
        return IntStream.range(0, contexts.size())
                .boxed()
                // The same roundness as floats, so that ties of one dimension stay ties.
                .sorted(Comparator.comparingDouble((Integer i) -> -(float) cosines[i])
                        .thenComparing(i -> i))
                .limit(count)
                .mapToInt(i -> i)
                .toArray();
    }

    private static double cosine(Features left, Features right, double[] mean, double[] spread) {
        double product = 0;
        double leftSquare = 0;
        double rightSquare = 0;
        for (int j = 0; j < mean.length; j++) {
            double a = (left.get(j) - mean[j]) * spread[j];
            double b = (right.get(j) - mean[j]) * spread[j];
            product += a * b;
            leftSquare += a * a;
            rightSquare += b * b;
        }
        return leftSquare * rightSquare > 0 ? product / Math.sqrt(leftSquare * rightSquare) : 0;
    }

    private static double mean(double[] values, int[] chosen) {
        return Arrays.stream(chosen).mapToDouble(i -> values[i]).average().orElseThrow();
    }
}
