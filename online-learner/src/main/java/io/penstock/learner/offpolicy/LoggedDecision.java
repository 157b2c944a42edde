package io.penstock.learner.offpolicy;

import java.util.Arrays;

/**
 * One decision of a log as an estimator sees it: how its candidates were likely to be chosen, what came of the one that
 * was, and how likely the target policy would choose each. Candidates are in the same order everywhere. Immutable.
 */
public final class LoggedDecision {

    /** What a sum of probabilities may be off: decisions record each of them as a double, but may have been rounded. */
    private static final double SUM_TOLERANCE = 1e-6;

    private final double[] logging;
    private final int chosen;
    private final double reward;
    private final double[] predicted;
    private final double[] target;

    private LoggedDecision(double[] logging, int chosen, double reward, double[] predicted, double[] target) {
        this.logging = logging;
        this.chosen = chosen;
        this.reward = reward;
        this.predicted = predicted;
        this.target = target;
    }

    /**
     * Checks and copies.
     *
     * @param logging probability of each candidate under the policy that decided; sums to 1
     * @param chosen index of the candidate that was chosen; its probability is above 0
     * @param reward what came of it; finite, any range
     * @param predicted reward that a model expects of each candidate, in the unit of {@code reward}; for doubly robust
     *     estimates the model must not have seen this decision's reward
     * @param target probability of each candidate under the policy that is evaluated; sums to 1
     * @throws IllegalArgumentException if anything of this does not hold
     */
    public static LoggedDecision of(double[] logging, int chosen, double reward, double[] predicted, double[] target) {
        requireSize("predictions", predicted, logging.length);
        requireSize("target probabilities", target, logging.length);
        requireDistribution("logging", logging);
        requireDistribution("target", target);
        if (chosen < 0 || chosen >= logging.length) {
            throw new IllegalArgumentException(
                    "chosen must be an index from 0 to " + (logging.length - 1) + ", but is " + chosen);
        }
        if (logging[chosen] == 0) {
            throw new IllegalArgumentException(
                    "candidate " + chosen + " was chosen, so its logging probability must be above 0, but is 0");
        }
        requireFinite("reward", reward);
        for (int i = 0; i < predicted.length; i++) {
            requireFinite("prediction " + i, predicted[i]);
        }
        return new LoggedDecision(logging.clone(), chosen, reward, predicted.clone(), target.clone());
    }

    private static void requireSize(String what, double[] values, int size) {
        if (values.length != size) {
            throw new IllegalArgumentException("there must be as many " + what + " as logging probabilities, " + size
                    + ", but there are " + values.length);
        }
    }

    private static void requireDistribution(String what, double[] probabilities) {
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            double probability = probabilities[i];
            // Written so that NaN fails too.
            if (!(probability >= 0 && probability <= 1 + SUM_TOLERANCE)) {
                throw new IllegalArgumentException(
                        what + " probability " + i + " must be a number from 0 to 1, but is " + probability);
            }
            sum += probability;
        }
        if (Math.abs(sum - 1) > SUM_TOLERANCE) {
            throw new IllegalArgumentException(what + " probabilities must sum to 1, but sum to " + sum);
        }
    }

    private static void requireFinite(String what, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(what + " must be a finite number, but is " + value);
        }
    }

    double reward() {
        return reward;
    }

    /** Importance weight: how much more likely the target policy makes the same choice; ≥ 0. */
    double weight() {
        return target[chosen] / logging[chosen];
    }

    /** The doubly robust score: what the model expects of the target policy, corrected by the weighted surprise. */
    double score() {
        double expected = 0;
        for (int i = 0; i < target.length; i++) {
            expected += target[i] * predicted[i];
        }
        return expected + weight() * (reward - predicted[chosen]);
    }

    /** Mass that the target policy puts on candidates that could not be chosen; from 0 to 1. */
    double unsupportedMass() {
        double mass = 0;
        for (int i = 0; i < target.length; i++) {
            mass += logging[i] == 0 ? target[i] : 0;
        }
        return mass;
    }

    /** Expected square of the weight over what could be chosen: 1 if both policies are the same, else more. */
    double expectedSquaredWeight() {
        double sum = 0;
        for (int i = 0; i < target.length; i++) {
            sum += logging[i] == 0 ? 0 : target[i] * target[i] / logging[i];
        }
        return sum;
    }

    int size() {
        return logging.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoggedDecision that
                && chosen == that.chosen
                && Double.compare(reward, that.reward) == 0
                && Arrays.equals(logging, that.logging)
                && Arrays.equals(predicted, that.predicted)
                && Arrays.equals(target, that.target);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * chosen + Double.hashCode(reward)) + Arrays.hashCode(logging);
    }

    @Override
    public String toString() {
        return "LoggedDecision[" + chosen + " of " + Arrays.toString(logging) + ", reward " + reward + "]";
    }
}
