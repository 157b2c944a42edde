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
        WarmModel model = log.fit(WarmKind.JOINT, priors(3)).model();
        // Then
        Random random = new Random(seed + 10);
        for (int region = 0; region < 3; region++) {
            WarmForecast forecast = model.predict(Worlds.point(random, 6, region, 0.1));
            for (int m = 0; m < 3; m++) {
                assertThat(forecast.quality(m))
                        .as("model %d in region %d", m, region)
                        .isCloseTo(m == region ? Worlds.GOOD : Worlds.BAD, within(0.2));
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
        Map<String, Double> qualities =
                LoggedOutcomes.of(rows).fit(WarmKind.JOINT, priors(3)).qualities();
        // Then
        assertThat(naive).isGreaterThan(truth + 0.2);
        assertThat(qualities.values()).allSatisfy(quality -> assertThat(quality).isCloseTo(truth, within(0.1)));
    }

    @Test
    void shouldRestOnItsTrueVerdictsAlone() {
        // Given: 1,500 prompts, but each model is tried on some 500 of them
        LoggedOutcomes log = LoggedOutcomes.of(log(Worlds.regions(7, 3, 1500, 6), 7, 0.5));
        int fewest =
                log.verdicts().values().stream().mapToInt(count -> count).min().orElseThrow();
        // When
        WarmModel model = log.fit(WarmKind.JOINT, priors(3)).model();
        // Then: the variance of verdicts that are 0 or 1, not of smooth expectations
        assertThat(model.prompts()).isEqualTo(fewest).isLessThan(700);
        assertThat(model.noise()).isGreaterThan(0.2);
    }

    @Test
    void shouldLeaveOutModelsWithFewVerdictsAndThoseThatAreGone() {
        // Given
        List<LoggedOutcomes.Row> rows = new ArrayList<>(log(Worlds.regions(1, 3, 600, 4), 1, 0.4));
        for (int i = 0; i < LoggedOutcomes.FEWEST - 1; i++) {
            rows.add(new LoggedOutcomes.Row("rare", Features.of(1, 0, 0, 0), 1, 10, 1, 0.1));
        }
        Map<String, ModelPrior> priors = priors(2);
        priors.put("rare", ModelPrior.ofPrice(1, 1));
        // When
        LoggedOutcomes.Lesson lesson = LoggedOutcomes.of(rows).fit(WarmKind.JOINT, priors);
        // Then: m2 is no longer in the catalog
        assertThat(lesson.model().models()).containsExactly("m0", "m1");
        assertThat(lesson.qualities()).containsOnlyKeys("m0", "m1");
    }

    @Test
    void shouldRefuseALogInWhichNoModelHasEnoughVerdicts() {
        // Given
        LoggedOutcomes log = LoggedOutcomes.of(log(Worlds.regions(1, 2, 60, 4), 1, 0.5));
        // When
        // Then
        assertThatThrownBy(() -> log.fit(WarmKind.JOINT, priors(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("at least one model of the catalog must have 50 verdicts in the log, but they have "
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
