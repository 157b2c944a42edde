package io.penstock.learner;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Fixed shares by model, renormalised over the candidates. A candidate without a weight is never played, unless none
 * has one: then all are equal, since a decision must still be made.
 */
record StaticWeightsPolicy(Map<String, Double> weights) implements Policy {

    StaticWeightsPolicy {
        weights = Map.copyOf(weights);
        weights.forEach((model, weight) -> Checks.within("weight of " + model, weight, 0, 1e9));
    }

    @Override
    public Choice choose(List<Arm> arms, long seed) {
        Distribution.requireArms(arms);
        double[] shares = arms.stream()
                .mapToDouble(arm -> weights.getOrDefault(arm.model(), 0.0))
                .toArray();
        double sum = Arrays.stream(shares).sum();
        double[] probabilities = Arrays.stream(shares)
                .map(share -> sum > 0 ? share / sum : 1.0 / shares.length)
                .toArray();
        return Choice.draw(probabilities, seed);
    }

    @Override
    public String name() {
        return "static";
    }
}
