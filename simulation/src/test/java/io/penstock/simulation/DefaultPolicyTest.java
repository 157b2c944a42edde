package io.penstock.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.RoutingProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What somebody who changes nothing may expect of the default policy when something goes wrong. Means of three seeds. */
@Tag("study")
class DefaultPolicyTest {
    private static final String POLICY = RoutingProfile.newBuilder().build().getPolicy();
    private static final List<Long> SEEDS = List.of(1L, 2L, 3L);
    private static final int REQUESTS = 300;
    private static final double CHANGED = 0.4;
    private static final Simulator SIMULATOR = new Simulator();
    private static final Map<Scenario, List<Result>> RUNS = new HashMap<>();

    @AfterAll
    static void close() {
        SIMULATOR.close();
    }

    private static List<Result> runs(Scenario scenario) {
        return RUNS.computeIfAbsent(
                scenario,
                missing -> SEEDS.parallelStream()
                        .map(seed -> SIMULATOR.run(new SyntheticWorld(seed, REQUESTS), scenario, POLICY, seed))
                        .toList());
    }

    private static double reward(Scenario scenario) {
        return runs(scenario).stream().mapToDouble(Result::reward).average().orElseThrow();
    }

    private static double share(Scenario scenario, String model, double from, double to) {
        int index = new SyntheticWorld(1, 1)
                .cards().stream().map(card -> card.getSlug()).toList().indexOf(model);
        return runs(scenario).stream()
                .mapToDouble(result -> result.share(index, from, to))
                .average()
                .orElseThrow();
    }

    @Test
    void shouldUseModelMoreWhosePriceWasCut() {
        // Then
        assertThat(share(Scenario.PRICE_CUT, "atlas", CHANGED, 1))
                .isGreaterThan(share(Scenario.CALM, "atlas", CHANGED, 1) + 0.2);
    }

    @Test
    void shouldTurnToOthersWhileModelIsSlow() {
        // Then
        assertThat(share(Scenario.SLOW_MODEL, "delta", CHANGED, Scenario.SECOND))
                .isLessThan(share(Scenario.CALM, "delta", CHANGED, Scenario.SECOND) / 2);
    }

    @Test
    void shouldFindModelThatIsSilentlyWorse() {
        // Given
        World longer = new SyntheticWorld(1, 3 * REQUESTS);

        // When
        Result result = SIMULATOR.run(longer, Scenario.SILENT_DROP, POLICY, 1);

        // Then
        int favourite = result.setup().favourite();
        assertThat(result.alarms()).isPositive();
        assertThat(result.share(favourite, Scenario.SECOND, 1))
                .isLessThan(result.share(favourite, 0, Scenario.FIRST) / 2);
        assertThat(result.recovery()).isBetween(0, REQUESTS);
    }

    @Test
    void shouldAdoptNewModel() {
        // Then
        assertThat(share(Scenario.NEW_MODEL, "delta", Scenario.SECOND, 1))
                .isGreaterThan(share(Scenario.CALM, "delta", Scenario.SECOND, 1) / 2);
    }

    @Test
    void shouldNotLetOneSourceTurnItAway() {
        // Then
        assertThat(share(Scenario.POISONED_SOURCE, "delta", 0, 1))
                .isGreaterThan(share(Scenario.CALM, "delta", 0, 1) - 0.25);
        assertThat(reward(Scenario.POISONED_SOURCE)).isGreaterThan(reward(Scenario.CALM) - 0.03);
    }

    @Test
    void shouldLoseLittleWhenVerdictsAreLateOrMissing() {
        // Then
        assertThat(reward(Scenario.DELAYED_FEEDBACK)).isGreaterThan(reward(Scenario.CALM) - 0.03);
        assertThat(reward(Scenario.MISSING_FEEDBACK)).isGreaterThan(reward(Scenario.CALM) - 0.03);
    }

    @Test
    void shouldLoseLittleAndLearnAllWhenLearnerWasDown() {
        // Then
        assertThat(reward(Scenario.LEARNER_DOWN)).isGreaterThan(reward(Scenario.CALM) - 0.02);
        assertThat(runs(Scenario.LEARNER_DOWN))
                .allSatisfy(result -> assertThat(result.violations()).isEmpty());
    }

    @Test
    void shouldGiveSameResultForSameSeedAndAnotherForAnother() {
        // When
        Result again = SIMULATOR.run(new SyntheticWorld(1, REQUESTS), Scenario.CALM, POLICY, 1);

        // Then
        assertThat(again).isEqualTo(runs(Scenario.CALM).get(0));
        assertThat(again.requests()).isNotEqualTo(runs(Scenario.CALM).get(1).requests());
    }
}
