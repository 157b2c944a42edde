package io.penstock.learner.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.learner.Features;
import io.penstock.learner.ModelPrior;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoggedOutcomesTest {

    private static Map<String, ModelPrior> priors(int models) {
        Map<String, ModelPrior> priors = new TreeMap<>();
        Worlds.names(models).forEach(name -> priors.put(name, ModelPrior.ofPrice(1000, 1000)));
        return priors;
    }

    /** The model of a prompt's own region is chosen with probability {@code right}, else one of the others. */
    private static List<LoggedOutcomes.Row> log(WarmOutcomes world, long seed, double right) {
        Random random = new Random(seed);
        int models = world.models().size();
        List<LoggedOutcomes.Row> rows = new ArrayList<>();
        for (int i = 0; i < world.prompts(); i++) {
            int region = i % models;
            boolean own = random.nextDouble() < right;
            int chosen = own ? region : (region + 1 + random.nextInt(models - 1)) % models;
            rows.add(new LoggedOutcomes.Row(
                    world.models().get(chosen),
                    world.context(i),
                    world.quality(chosen, i),
                    world.outputTokens(chosen, i),
                    1,
                    own ? right : (1 - right) / (models - 1)));
        }
        return rows;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void shouldLearnWhichModelIsGoodWhereFromChosenModelsAlone(long seed) {
        // Given
        LoggedOutcomes log = LoggedOutcomes.of(log(Worlds.regions(seed, 3, 1500, 6), seed, 0.5));
        // When
        WarmModel model = log.fit(priors(3)).model();
        // Then
        Random random = new Random(seed + 10);
        for (int region = 0; region < 3; region++) {
            WarmForecast forecast = model.predict(Worlds.point(random, 6, region, 0.1));
            // Shrunk, so closer together than the truth, which is 0.7 apart
            for (int m = 0; m < 3; m++) {
                if (m != region) {
                    assertThat(forecast.quality(region))
                            .as("models %d and %d in region %d", region, m, region)
                            .isGreaterThan(forecast.quality(m) + 0.25);
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {4, 5, 6})
    void shouldSayWhatModelsAreWorthOnAllPromptsNotOnThoseTheyWereChosenFor(long seed) {
        // Given: chosen where they are good, so that the mean of a model's own verdicts is far too high
        List<LoggedOutcomes.Row> rows = log(Worlds.regions(seed, 3, 3000, 6), seed, 0.8);
        double naive = rows.stream()
                .filter(row -> row.model().equals("m0"))
                .mapToDouble(LoggedOutcomes.Row::quality)
                .average()
                .orElseThrow();
        double truth = (Worlds.GOOD + 2 * Worlds.BAD) / 3;
        // When
        Map<String, Double> qualities = LoggedOutcomes.of(rows).fit(priors(3)).qualities();
        // Then
        assertThat(naive).isGreaterThan(truth + 0.2);
        assertThat(qualities.values()).allSatisfy(quality -> assertThat(quality).isCloseTo(truth, within(0.1)));
    }

    @Test
    void shouldRestOnItsTrueVerdictsAloneAlsoAfterItWasWritten() {
        // Given: 1,500 prompts, but each model is tried on some 500 of them
        LoggedOutcomes log = LoggedOutcomes.of(log(Worlds.regions(7, 3, 1500, 6), 7, 0.5));
        WarmModel model = log.fit(priors(4)).model();
        // When
        WarmModel read = WarmModel.fromBytes(model.toBytes());
        // Then: the variance of verdicts that are 0 or 1, not of smooth expectations
        assertThat(read.isOfLog()).isTrue();
        assertThat(read.prompts()).isEqualTo(1500);
        assertThat(read.noise()).isEqualTo(model.noise()).isGreaterThan(0.2);
        for (int m = 0; m < 3; m++) {
            assertThat(read.verdicts(m)).isEqualTo(log.verdicts().get("m" + m));
        }
        assertThat(read.verdicts(3)).as("of a model that was never tried").isZero();
        assertThat(WarmResiduals.of(read, Map.of()).width(3, 0))
                .isGreaterThan(2 * WarmResiduals.of(read, Map.of()).width(0, 0));
        assertThat(read.toBytes()).isEqualTo(model.toBytes());
    }

    @Test
    void shouldLeaveOutModelsThatAreGoneAndClaimNothingOfThoseNeverTried() {
        // Given
        Map<String, ModelPrior> priors = priors(2);
        priors.put("untried", ModelPrior.ofPrice(1, 1));
        // When: m2 is no longer in the catalog
        LoggedOutcomes.Lesson lesson =
                LoggedOutcomes.of(log(Worlds.regions(1, 3, 600, 4), 1, 0.4)).fit(priors);
        // Then
        assertThat(lesson.model().models()).containsExactly("m0", "m1", "untried");
        assertThat(lesson.qualities()).containsOnlyKeys("m0", "m1");
    }

    @Test
    void shouldRefuseALogWithFewVerdicts() {
        // Given
        LoggedOutcomes log = LoggedOutcomes.of(log(Worlds.regions(1, 2, 49, 4), 1, 0.5));
        // When
        // Then
        assertThatThrownBy(() -> log.fit(priors(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("models of the catalog must have at least 50 verdicts in the log, but have 49: "
                        + log.verdicts());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(doubles = {0, -0.1, 1.1, Double.NaN})
    void shouldRefuseAPropensityThatIsNone(double propensity) {
        // Then
        assertThatThrownBy(() -> new LoggedOutcomes.Row("m", Features.of(1), 1, 1, 1, propensity))
                .hasMessageContaining("propensity must be a number from");
    }
}
