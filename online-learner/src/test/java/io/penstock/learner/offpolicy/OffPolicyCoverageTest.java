package io.penstock.learner.offpolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * How often 95 % intervals cover the true value: {@value #LOGS} fresh logs of {@value #SIZE} decisions each, three target
 * policies. With that many logs a share of 95 % is measured with a standard error of 0.7 %.
 */
class OffPolicyCoverageTest {
    private static final long SEED = 1;
    private static final int LOGS = 1_000;
    private static final int SIZE = 1_000;

    private static final String UNIFORM = "uniform";

    private final World world = new World(7);
    private final Map<String, IntFunction<double[]>> targets = new LinkedHashMap<>();

    OffPolicyCoverageTest() {
        targets.put("softmax", x -> World.softmax(world.believed(x), 0.05, 0));
        targets.put("greedy with a floor", x -> World.greedy(world.believed(x), 0.05));
        targets.put(UNIFORM, x -> new double[] {0.25, 0.25, 0.25, 0.25});
    }

    @Test
    void shouldCoverTheTruthOnLogsOfAFrozenPolicy() {
        // When
        Map<String, List<OffPolicyEstimates>> estimates = estimates(frozen(0.15, 0.1));
        // Then
        estimates.forEach((target, logs) -> {
            assertThat(coverage(target, logs, OffPolicyEstimates::ips))
                    .as("ips, " + target)
                    .isBetween(0.93, 0.97);
            assertThat(coverage(target, logs, OffPolicyCoverageTest::snips))
                    .as("snips, " + target)
                    .isBetween(0.93, 0.97);
            assertThat(coverage(target, logs, OffPolicyEstimates::dr))
                    .as("dr, " + target)
                    .isBetween(0.93, 0.97);
            assertThat(coverage(target, logs, OffPolicyEstimates::adaptive))
                    .as("adaptive, " + target)
                    .isBetween(0.93, 0.97);
        });
    }

    @Test
    void shouldCoverTheTruthWhereWeightsAreHeavyAndPlainIntervalsDoNot() {
        // When: about 80 effective decisions in 1,000
        List<OffPolicyEstimates> logs =
                Objects.requireNonNull(estimates(frozen(0.03, 0.04)).get(UNIFORM));
        // Then
        assertThat(coverage(UNIFORM, logs, estimates -> plain(estimates.ips()))).isLessThan(0.93);
        assertThat(coverage(UNIFORM, logs, OffPolicyEstimates::ips)).as("ips").isBetween(0.93, 0.97);
        assertThat(coverage(UNIFORM, logs, OffPolicyCoverageTest::snips))
                .as("snips")
                .isBetween(0.93, 0.97);
        assertThat(coverage(UNIFORM, logs, OffPolicyEstimates::dr)).as("dr").isBetween(0.93, 0.97);
        assertThat(coverage(UNIFORM, logs, OffPolicyEstimates::adaptive))
                .as("adaptive")
                .isBetween(0.93, 0.97);
    }

    @Test
    void shouldCoverTheTruthOnLogsOfAPolicyThatLearns() {
        // When
        Map<String, List<OffPolicyEstimates>> estimates =
                estimates(random -> world.adaptiveLog(List.copyOf(targets.values()), SIZE, random));
        // Then
        estimates.forEach((target, logs) -> {
            assertThat(coverage(target, logs, OffPolicyEstimates::adaptive))
                    .as("adaptive, " + target)
                    .isBetween(0.93, 0.97);
            assertThat(width(logs, OffPolicyEstimates::adaptive))
                    .as("width of adaptive, " + target)
                    .isLessThan(width(logs, OffPolicyEstimates::dr));
        });
    }

    private Function<SplittableRandom, List<List<LoggedDecision>>> frozen(double temperature, double floor) {
        return random -> world.frozenLog(
                x -> World.softmax(world.believed(x), temperature, floor), List.copyOf(targets.values()), SIZE, random);
    }

    private Map<String, List<OffPolicyEstimates>> estimates(
            Function<SplittableRandom, List<List<LoggedDecision>>> logger) {
        SplittableRandom random = new SplittableRandom(SEED);
        Map<String, List<OffPolicyEstimates>> estimates = new LinkedHashMap<>();
        targets.keySet().forEach(target -> estimates.put(target, new ArrayList<>()));
        for (int i = 0; i < LOGS; i++) {
            List<List<LoggedDecision>> logs = logger.apply(random);
            int target = 0;
            for (List<OffPolicyEstimates> of : estimates.values()) {
                of.add(OffPolicyEstimates.of(logs.get(target++)));
            }
        }
        return estimates;
    }

    private double coverage(
            String target, List<OffPolicyEstimates> logs, Function<OffPolicyEstimates, Estimate> estimator) {
        double truth = world.value(Objects.requireNonNull(targets.get(target)));
        long covered = logs.stream()
                .map(estimator)
                .filter(estimate -> estimate.low() <= truth && truth <= estimate.high())
                .count();
        return covered / (double) logs.size();
    }

    private static double width(List<OffPolicyEstimates> logs, Function<OffPolicyEstimates, Estimate> estimator) {
        return logs.stream()
                .map(estimator)
                .mapToDouble(estimate -> estimate.high() - estimate.low())
                .average()
                .orElseThrow();
    }

    private static Estimate snips(OffPolicyEstimates estimates) {
        return Objects.requireNonNull(estimates.snips());
    }

    /** The normal interval that ignores skewness. */
    private static Estimate plain(Estimate estimate) {
        double reach = 1.96 * estimate.standardError();
        return new Estimate(
                estimate.value(), estimate.standardError(), estimate.value() - reach, estimate.value() + reach);
    }
}
