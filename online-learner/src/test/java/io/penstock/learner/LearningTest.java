package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One pass over seeded streams with the default settings: what is learned, and the known traps. */
class LearningTest {

    private static final LearnerSettings SETTINGS = LearnerSettings.defaults();
    private static final double[] FLAT = {0.75, 0.55, 0.5, 0.3};

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"thompson", "linucb", "squarecb"})
    void shouldUseContextWhereNoFixedModelIsGood(String policy) {
        // Given
        Stream stream = Stream.contextual(4, 4000, 1);
        double gap = stream.oracle() - stream.bestFixed();
        // When
        double seeing = stream.run(named(policy), SETTINGS, 1, 5).quality() - stream.bestFixed();
        double blind = stream.withShuffledFeatures(2)
                        .run(named(policy), SETTINGS, 1, 5)
                        .quality()
                - stream.bestFixed();
        // Then
        assertThat(seeing / gap).isGreaterThan(0.5);
        assertThat(blind / gap).isLessThan(0.1);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"thompson", "linucb", "squarecb"})
    void shouldComeCloseToTheBestModelWhereContextMeansNothing(String policy) {
        // Given
        Stream stream = Stream.flat(FLAT, 3000, 3);
        double uniform = stream.run(named("random"), SETTINGS, 1, 5).quality();
        // When
        double reached = stream.run(named(policy), SETTINGS, 1, 5).quality();
        // Then
        assertThat(reached).isGreaterThan(stream.bestFixed() - 0.04);
        assertThat(reached).isGreaterThan(uniform + 0.15);
    }

    @ParameterizedTest(name = "{0}, best model is {1}")
    @CsvSource({"linucb, 0", "linucb, 1", "linucb, 2", "linucb, 3", "thompson, 0", "thompson, 1", "thompson, 3"})
    void shouldNotStickToTheFirstModelWhenAllDoWell(String policy, int best) {
        // Given
        double[] chances = {0.8, 0.8, 0.8, 0.8};
        chances[best] = 0.97;
        // When
        Stream.Result result = Stream.flat(chances, 2500, 9).run(named(policy), SETTINGS, 1, 5);
        // Then
        assertThat(result.plays(best, 2500)).isGreaterThan(1250);
    }

    @Test
    void shouldSpreadWhileFeedbackIsLateBecausePendingCountsAsEvidence() {
        // Given
        Stream stream = Stream.flat(FLAT, 500, 4);
        LearnerSettings blindToPending = withPendingWorth(0);
        // When
        Stream.Result spread = stream.run(named("linucb"), SETTINGS, 500, 5);
        Stream.Result stuck =
                stream.warm(new double[] {0.61, 0.6, 0.6, 0.6}, 15).run(named("linucb"), blindToPending, 500, 5);
        Stream.Result unstuck =
                stream.warm(new double[] {0.61, 0.6, 0.6, 0.6}, 15).run(named("linucb"), SETTINGS, 500, 5);
        // Then
        for (int k = 0; k < FLAT.length; k++) {
            assertThat(spread.plays(k, 500)).isBetween(75L, 175L);
            assertThat(unstuck.plays(k, 500)).isBetween(40L, 250L);
        }
        assertThat(stuck.plays(0, 500)).isGreaterThan(480);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @CsvSource({"linucb, 1", "linucb, 2", "linucb, 3", "thompson, 1", "thompson, 2", "thompson, 3"})
    void shouldNotHurtAWarmModel(String policy, long seed) {
        // Given
        Stream warm = Stream.flat(FLAT, 3000, seed).warm(FLAT, 300);
        // When
        double online = warm.run(named(policy), SETTINGS, 1, seed).quality();
        double frozen =
                warm.run(named(policy), SETTINGS, Integer.MAX_VALUE, seed).quality();
        // Then
        assertThat(online).isGreaterThan(frozen - 0.01);
    }

    /** A learner that stops after its first hundreds of verdicts would stay with a model that was only lucky. */
    @Test
    void shouldStillLearnAfterThousandsOfVerdicts() {
        // Given
        double[] early = {0.9, 0.5};
        double[] late = {0.1, 0.8};
        Stream stream = Stream.flat(early, 600, 3).followedBy(Stream.flat(late, 6000, 4));
        // When
        Stream.Result result = stream.run(named("thompson"), SETTINGS, 1, 5);
        // Then
        assertThat(result.choices().subList(5600, 6600).stream()
                        .filter(choice -> choice == 1)
                        .count())
                .isGreaterThan(900);
    }

    @Test
    void shouldDecideAlikeWhenRunTwice() {
        // Given
        Stream stream = Stream.contextual(3, 700, 8);
        // When
        List<Integer> first = stream.run(named("squarecb"), SETTINGS, 40, 6).choices();
        List<Integer> second = stream.run(named("squarecb"), SETTINGS, 40, 6).choices();
        List<Integer> other = stream.run(named("squarecb"), SETTINGS, 40, 7).choices();
        // Then
        assertThat(second).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    private static Policy named(String name) {
        return Policies.byName(name, Map.of());
    }

    private static LearnerSettings withPendingWorth(double worth) {
        return new LearnerSettings(
                SETTINGS.slopeRidges(),
                SETTINGS.sharedRidge(),
                SETTINGS.meanRidge(),
                SETTINGS.blindMeanRidge(),
                SETTINGS.priceWeight(),
                SETTINGS.datedWeight(),
                SETTINGS.pooledMean(),
                SETTINGS.noise(),
                worth,
                SETTINGS.lengthRidge(),
                SETTINGS.lengthMeanRidge());
    }
}
