package io.penstock.learner.offpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OffPolicyEstimatesTest {
    private static final double EXACT = 1e-12;

    private static LoggedDecision decision(int chosen, double reward, double... target) {
        return LoggedDecision.of(new double[] {0.8, 0.2}, chosen, reward, new double[] {0.5, 0.25}, target);
    }

    @Test
    void shouldComputeByHand() {
        // Given: weights 0.5 / 0.8 = 0.625 and 0.5 / 0.2 = 2.5
        List<LoggedDecision> log = List.of(decision(0, 1, 0.5, 0.5), decision(1, 0.5, 0.5, 0.5));
        // When
        OffPolicyEstimates estimates = OffPolicyEstimates.of(log);
        // Then
        assertThat(estimates.decisions()).isEqualTo(2);
        assertThat(estimates.logged().value()).isEqualTo(0.75);
        assertThat(estimates.ips().value()).isCloseTo((0.625 + 2.5 * 0.5) / 2, within(EXACT));
        assertThat(estimates.ips().standardError()).isCloseTo((2.5 * 0.5 - 0.625) / 2, within(EXACT));
        assertThat(estimates.snips()).isNotNull();
        assertThat(estimates.snips().value()).isCloseTo((0.625 + 2.5 * 0.5) / 3.125, within(EXACT));
        assertThat(estimates.dr().value()).isCloseTo(0.375 + (0.625 * 0.5 + 2.5 * 0.25) / 2, within(EXACT));
        assertThat(estimates.effectiveSampleSize())
                .isCloseTo(3.125 * 3.125 / (0.625 * 0.625 + 2.5 * 2.5), within(EXACT));
        assertThat(estimates.unsupportedMass()).isZero();
    }

    @Test
    void shouldGiveTheLoggedMeanForThePolicyThatLogged() {
        // Given
        List<LoggedDecision> log = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            log.add(decision(i % 5 == 0 ? 1 : 0, i % 3, 0.8, 0.2));
        }
        // When
        OffPolicyEstimates estimates = OffPolicyEstimates.of(log);
        // Then
        assertThat(estimates.ips()).isEqualTo(estimates.logged());
        assertThat(estimates.snips()).isNotNull();
        assertThat(estimates.snips().value()).isCloseTo(estimates.logged().value(), within(EXACT));
        assertThat(estimates.snips().standardError())
                .isCloseTo(estimates.logged().standardError(), within(EXACT));
        assertThat(estimates.effectiveSampleSize()).isCloseTo(50, within(1e-9));
    }

    @Test
    void shouldTellWhatALogCannotSay() {
        // Given: the target always plays what could not be chosen
        LoggedDecision blind =
                LoggedDecision.of(new double[] {1, 0}, 0, 1, new double[] {0.5, 0.25}, new double[] {0, 1});
        // When
        OffPolicyEstimates estimates = OffPolicyEstimates.of(List.of(blind, blind, blind));
        // Then
        assertThat(estimates.snips()).isNull();
        assertThat(estimates.effectiveSampleSize()).isZero();
        assertThat(estimates.unsupportedMass()).isEqualTo(1);
        assertThat(estimates.ips().value()).isZero();
        assertThat(estimates.dr().value()).isEqualTo(0.25);
        assertThat(estimates.adaptive().value()).isEqualTo(0.25);
    }

    @Test
    void shouldStretchAnIntervalToTheSideOfTheHeavyTail() {
        // Given
        double[] terms = new double[100];
        terms[3] = 10;
        terms[4] = 20;
        // When
        Estimate right = Estimate.ofMean(terms);
        Estimate flat = Estimate.ofMean(new double[] {1, 2, 3, 4});
        // Then
        assertThat(right.high() - right.value()).isGreaterThan(1.3 * (right.value() - right.low()));
        assertThat(flat.high() - flat.value()).isCloseTo(1.959964 * flat.standardError(), within(1e-6));
        assertThat(flat.value() - flat.low()).isCloseTo(1.959964 * flat.standardError(), within(1e-6));
    }

    @Test
    void shouldWeighDecisionsByThoseBeforeThemOnly() {
        // Given
        List<LoggedDecision> log = new ArrayList<>(Collections.nCopies(10, decision(0, 1, 0.5, 0.5)));
        double[] before = StableWeights.of(log);
        // When
        log.set(9, decision(0, 1, 0, 1));
        // Then
        assertThat(StableWeights.of(log)).containsExactly(before);
    }

    @Test
    void shouldWeighDownWhereTheLoggingPolicyHasStoppedToTry() {
        // Given
        List<LoggedDecision> log = new ArrayList<>(Collections.nCopies(500, decision(0, 1, 0.5, 0.5)));
        LoggedDecision stopped =
                LoggedDecision.of(new double[] {0.99, 0.01}, 0, 1, new double[2], new double[] {0.5, 0.5});
        log.addAll(Collections.nCopies(1_000, stopped));
        // When
        double[] weights = StableWeights.of(log);
        // Then: E[w²] goes from 0.25 / 0.8 + 0.25 / 0.2 to 0.25 / 0.99 + 0.25 / 0.01
        assertThat(weights[499]).isCloseTo(1 / Math.sqrt(1.5625), within(1e-3));
        assertThat(weights[1_499]).isCloseTo(1 / Math.sqrt(25.2525), within(1e-3));
    }

    @Test
    void shouldNotMistakeTheContextsWherePoliciesAgreeForAll() {
        // Given: in half of the contexts both agree and earn 1, in the others the target earns 0
        SplittableRandom random = new SplittableRandom(5);
        List<LoggedDecision> log = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            boolean agree = random.nextBoolean();
            double[] logging = agree ? new double[] {1, 0} : new double[] {0.9, 0.1};
            int chosen = random.nextDouble() < logging[0] ? 0 : 1;
            double[] target = agree ? new double[] {1, 0} : new double[] {0, 1};
            log.add(LoggedDecision.of(logging, chosen, agree ? 1 : 0, new double[2], target));
        }
        // When
        OffPolicyEstimates estimates = OffPolicyEstimates.of(log);
        // Then
        assertThat(estimates.adaptive().value()).isCloseTo(0.5, within(0.02));
    }

    @Test
    void shouldSayWhatIsWrongWithADecision() {
        double[] even = {0.5, 0.5};
        assertRefused("as many target probabilities as logging probabilities, 2, but there are 1", even, 0, 1, even, 1);
        assertRefused(
                "as many predictions as logging probabilities, 2, but there are 0", even, 0, 1, new double[0], 1, 0);
        assertRefused("target probabilities must sum to 1, but sum to 0.5", even, 0, 1, even, 0.5, 0);
        assertRefused("target probability 1 must be a number from 0 to 1, but is -0.5", even, 0, 1, even, 1.0, -0.5);
        assertRefused(
                "logging probability 0 must be a number from 0 to 1, but is NaN",
                new double[] {Double.NaN, 1},
                0,
                1,
                even,
                1,
                0);
        assertRefused("chosen must be an index from 0 to 1, but is 2", even, 2, 1, even, 1, 0);
        assertRefused(
                "candidate 1 was chosen, so its logging probability must be above 0, but is 0",
                new double[] {1, 0},
                1,
                1,
                even,
                1,
                0);
        assertRefused("reward must be a finite number, but is Infinity", even, 0, Double.POSITIVE_INFINITY, even, 1, 0);
        assertRefused(
                "prediction 1 must be a finite number, but is NaN", even, 0, 1, new double[] {0, Double.NaN}, 1, 0);
    }

    private static void assertRefused(
            String message, double[] logging, int chosen, double reward, double[] predicted, double... target) {
        assertThatThrownBy(() -> LoggedDecision.of(logging, chosen, reward, predicted, target))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldNeedTwoDecisions() {
        assertThatThrownBy(() -> OffPolicyEstimates.of(List.of(decision(0, 1, 1, 0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an estimate needs at least 2 decisions, but there are 1");
    }

    @Test
    void shouldOwnWhatItIsGiven() {
        // Given
        double[] target = {1, 0};
        LoggedDecision decision = decision(0, 1, target);
        // When
        target[0] = 0;
        // Then
        assertThat(decision).isEqualTo(decision(0, 1, 1, 0)).hasSameHashCodeAs(decision(0, 1, 1, 0));
        assertThat(decision.weight()).isEqualTo(1.25);
        assertThat(decision).hasToString("LoggedDecision[0 of [0.8, 0.2], reward 1.0]");
    }
}
