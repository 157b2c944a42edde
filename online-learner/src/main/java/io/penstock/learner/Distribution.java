package io.penstock.learner;

import java.util.List;

/** Building blocks of the policies' distributions. */
final class Distribution {

    private Distribution() {}

    static void requireArms(List<Arm> arms) {
        if (arms.isEmpty()) {
            throw new IllegalArgumentException("a policy needs at least one arm, but the list is empty");
        }
    }

    /** All mass on the highest score; equal scores share it, so that the order of arms never matters. */
    static double[] argmax(double[] scores) {
        double best = max(scores);
        int ties = 0;
        for (double score : scores) {
            ties += score == best ? 1 : 0;
        }
        double[] shares = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            shares[i] = scores[i] == best ? 1.0 / ties : 0;
        }
        return shares;
    }

    static double max(double[] scores) {
        double best = scores[0];
        for (double score : scores) {
            best = Math.max(best, score);
        }
        return best;
    }

    /** Mixes in the uniform distribution: every arm gets at least floor / K. */
    static double[] withFloor(double[] probabilities, double floor) {
        double each = floor / probabilities.length;
        double[] mixed = new double[probabilities.length];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (1 - floor) * probabilities[i] + each;
        }
        return mixed;
    }

    /** Observations behind all arms together. */
    static double evidence(List<Arm> arms) {
        double sum = 0;
        for (Arm arm : arms) {
            sum += arm.prediction().evidence();
        }
        return sum;
    }
}
