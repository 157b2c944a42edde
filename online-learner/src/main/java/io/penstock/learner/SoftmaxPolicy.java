package io.penstock.learner;

import java.util.List;

/**
 * Boltzmann exploration (Sutton 1990; Luce 1959, "Individual choice behavior"): each arm is played in proportion to
 * exp(utility / temperature), utilities clipped to [−1, 1]. At temperature 0.02 an arm 0.05 below another is played a
 * twelfth as often. It never sharpens with evidence, so it keeps exploring where models are close.
 */
record SoftmaxPolicy(double temperature) implements Policy {

    SoftmaxPolicy {
        Checks.within("temperature", temperature, 0.001, 1e6);
    }

    @Override
    public Choice choose(List<Arm> arms, long seed) {
        Distribution.requireArms(arms);
        double[] scores =
                arms.stream().mapToDouble(arm -> arm.utility().clipped()).toArray();
        double top = Distribution.max(scores);
        double[] weights = new double[scores.length];
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            // The exponent is bounded, so that no propensity becomes 0.
            weights[i] = StrictMath.exp(Math.max(-40, (scores[i] - top) / temperature));
            sum += weights[i];
        }
        for (int i = 0; i < scores.length; i++) {
            weights[i] /= sum;
        }
        return Choice.draw(weights, seed);
    }

    @Override
    public String name() {
        return "softmax";
    }
}
