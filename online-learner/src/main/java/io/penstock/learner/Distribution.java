package io.penstock.learner;

import java.util.Arrays;
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
        double best = Arrays.stream(scores).max().orElseThrow();
        long ties = Arrays.stream(scores).filter(score -> score == best).count();
        return Arrays.stream(scores)
                .map(score -> score == best ? 1.0 / ties : 0)
                .toArray();
    }

    /** Mixes in the uniform distribution: every arm gets at least floor / K. */
    static double[] withFloor(double[] probabilities, double floor) {
        double each = floor / probabilities.length;
        return Arrays.stream(probabilities).map(p -> (1 - floor) * p + each).toArray();
    }
}
