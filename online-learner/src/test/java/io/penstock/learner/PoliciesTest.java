package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoliciesTest {

    private static final List<Arm> ARMS = List.of(
            Samples.arm("a", 0.5, 0.1, 10, 300),
            Samples.arm("b", 0.7, 0.01, 900, 200),
            Samples.arm("c", 0.6, 0.02, 90, 100));

    static List<Policy> all() {
        return Policies.names().stream().map(PoliciesTest::named).toList();
    }

    private static Policy named(String name) {
        return Policies.byName(name, name.equals("static") ? Map.of("a", "3", "b", "1") : Map.of());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldDrawAsOftenAsItSays(Policy policy) {
        // Given
        int draws = 10_000;
        int[] counts = new int[ARMS.size()];
        // When
        for (int i = 0; i < draws; i++) {
            counts[policy.choose(ARMS, i * 7919L).index()]++;
        }
        // Then
        Choice choice = policy.choose(ARMS, 1);
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            double p = choice.probability(i);
            sum += p;
            // Five standard deviations of a binomial share.
            double tolerance = 5 * Math.sqrt(p * (1 - p) / draws) + 1e-12;
            assertThat((double) counts[i] / draws).as("share of " + i).isCloseTo(p, within(tolerance));
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldDecideAlikeFromTheSameSeedAndFromTheRecordAlone(Policy policy) {
        for (long seed = -50; seed < 50; seed++) {
            // When
            Choice choice = policy.choose(ARMS, seed);
            // Then
            assertThat(policy.choose(ARMS, seed)).isEqualTo(choice).hasSameHashCodeAs(choice);
            assertThat(Choice.pick(choice.probabilities(), seed)).isEqualTo(choice.index());
            assertThat(choice.propensity()).isPositive();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldChooseTheOnlyArmForSure(Policy policy) {
        // When
        Choice choice = policy.choose(ARMS.subList(0, 1), 4);
        // Then
        assertThat(choice.index()).isZero();
        assertThat(choice.propensity()).isEqualTo(1);
        assertThat(choice.size()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldRefuseAnEmptyPool(Policy policy) {
        assertThatThrownBy(() -> policy.choose(List.of(), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a policy needs at least one arm, but the list is empty");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "thompson",
                "linucb",
                "squarecb",
                "softmax",
                "greedy",
                "ucb1",
                "beta-thompson",
                "cheapest",
                "random"
            })
    void shouldNotFavourTheFirstOfEqualArms(String name) {
        // Given
        List<Arm> equal = List.of(
                Samples.arm("a", 0.5, 0.1, 9, 7), Samples.arm("b", 0.5, 0.1, 9, 7), Samples.arm("c", 0.5, 0.1, 9, 7));
        // When
        Choice choice = named(name).choose(equal, 3);
        // Then
        for (int i = 0; i < 3; i++) {
            assertThat(choice.probability(i)).isCloseTo(1.0 / 3, within(1e-12));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void shouldNotDependOnTheOrderOfArms(Policy policy) {
        // Given
        List<Arm> shuffled = new ArrayList<>(ARMS);
        Collections.shuffle(shuffled, new Random(3));
        Map<String, Double> expected = byModel(policy, ARMS);
        // When
        Map<String, Double> found = byModel(policy, shuffled);
        // Then
        expected.forEach((model, p) -> assertThat(found.get(model)).isCloseTo(p, within(1e-12)));
    }

    private static Map<String, Double> byModel(Policy policy, List<Arm> arms) {
        Choice choice = policy.choose(arms, 0);
        Map<String, Double> result = new HashMap<>();
        for (int i = 0; i < arms.size(); i++) {
            result.put(arms.get(i).model(), choice.probability(i));
        }
        return result;
    }

    @Test
    void shouldPreferUncertainArmsTheMoreTheLargerAlpha() {
        // When
        Choice greedy = Policies.byName("linucb", Map.of("alpha", "0")).choose(ARMS, 1);
        Choice curious = Policies.byName("linucb", Map.of("alpha", "10")).choose(ARMS, 1);
        // Then
        assertThat(greedy.probability(1)).isCloseTo(0.99 + 0.01 / 3, within(1e-12));
        assertThat(curious.probability(0)).isCloseTo(0.99 + 0.01 / 3, within(1e-12));
        assertThat(curious.probability(1)).isCloseTo(0.01 / 3, within(1e-12));
    }

    @Test
    void shouldComeBackToAnUnluckyArmAsEvidenceGrows() {
        // Given
        Arm unlucky = Samples.arm("a", 0.5, 0.1, 20, 1);
        Policy policy = Policies.byName("linucb", Map.of("alpha", "1", "floor", "0"));
        // When
        Choice early = policy.choose(List.of(unlucky, Samples.arm("b", 0.74, 0.01, 30, 1)), 1);
        Choice late = policy.choose(List.of(unlucky, Samples.arm("b", 0.74, 0.01, 9000, 1)), 1);
        // Then
        assertThat(early.index()).isEqualTo(1);
        assertThat(late.index()).isZero();
    }

    @Test
    void shouldWeighGapsInversely() {
        // Given
        double gamma = 2 * Math.sqrt(3 * 1000);
        // When
        Choice choice =
                Policies.byName("squarecb", Map.of("c", "2", "floor", "0")).choose(ARMS, 1);
        // Then
        assertThat(choice.probability(0)).isCloseTo(1 / (3 + gamma * 0.2), within(1e-12));
        assertThat(choice.probability(2)).isCloseTo(1 / (3 + gamma * 0.1), within(1e-12));
        assertThat(choice.probability(1)).isCloseTo(1 - choice.probability(0) - choice.probability(2), within(1e-12));
    }

    @Test
    void shouldSharpenWithEvidence() {
        // Given
        List<Arm> fresh = List.of(Samples.arm("a", 0.5, 0.1, 0, 1), Samples.arm("b", 0.7, 0.1, 0, 1));
        // When
        Choice choice = named("squarecb").choose(fresh, 1);
        // Then
        assertThat(choice.probability(0)).isEqualTo(0.5);
        assertThat(named("squarecb").choose(ARMS, 1).probability(0)).isLessThan(0.02);
    }

    @Test
    void shouldKeepAFloorUnderEveryArm() {
        for (String name : List.of("linucb", "squarecb")) {
            // When
            Choice choice = Policies.byName(name, Map.of("floor", "0.3")).choose(ARMS, 1);
            // Then
            for (int i = 0; i < 3; i++) {
                assertThat(choice.probability(i)).isGreaterThanOrEqualTo(0.1 - 1e-12);
            }
        }
        assertThat(named("greedy").choose(ARMS, 1).probability(0)).isZero();
    }

    @Test
    void shouldPlayFixedShares() {
        // When
        Choice choice = named("static").choose(ARMS, 1);
        Choice unknown = named("static").choose(ARMS.subList(2, 3), 1);
        // Then
        assertThat(choice.probabilities()).containsExactly(0.75, 0.25, 0);
        assertThat(unknown.propensity()).isEqualTo(1);
    }

    @Test
    void shouldTakeTheCheapest() {
        assertThat(named("cheapest").choose(ARMS, 1).index()).isEqualTo(2);
    }

    @Test
    void shouldSayWhatIsWrongWithAName() {
        assertThatThrownBy(() -> Policies.byName("linuxcb", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown policy 'linuxcb'; did you mean 'linucb'?"
                        + " The policies are thompson, linucb, squarecb, softmax, greedy, ucb1, beta-thompson, random, static,"
                        + " cheapest");
        assertThatThrownBy(() -> Policies.byName("linucb", Map.of("alfa", "1")))
                .hasMessage("unknown option of policy 'linucb': alfa");
        assertThatThrownBy(() -> Policies.byName("linucb", Map.of("alpha", "much")))
                .hasMessage("option alpha of policy 'linucb' must be a number, but is 'much'");
        assertThatThrownBy(() -> Policies.byName("linucb", Map.of("alpha", "NaN")))
                .hasMessage("alpha must be a number from 0.0 to 1000000.0, but is NaN");
        assertThatThrownBy(() -> Policies.byName("static", Map.of())).hasMessageContaining("at least one weight");
    }

    @Test
    void shouldRefuseProbabilitiesThatAreNone() {
        assertThatThrownBy(() -> Choice.pick(new double[] {0.5, 0.4}, 1))
                .hasMessageStartingWith("sum of probabilities");
        assertThatThrownBy(() -> Choice.pick(new double[] {Double.NaN, 1}, 1)).hasMessageStartingWith("probability 0");
        assertThatThrownBy(() -> Choice.draw(new double[] {-0.5, 1.5}, 1)).hasMessageStartingWith("probability 0");
    }
}
