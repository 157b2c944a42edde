package io.penstock.learner;

import java.util.List;

/**
 * LinUCB (Li, Chu, Langford, Schapire 2010, "A contextual-bandit approach to personalized news article
 * recommendation"): plays the arm with the highest utility + alpha · standard deviation. Alpha 0 is greedy; with a very
 * large alpha only uncertainty matters. A small uniform floor keeps every propensity above 0, so that logs stay usable
 * for off-policy evaluation.
 */
record LinUcbPolicy(double alpha, double floor) implements Policy {

    LinUcbPolicy {
        Checks.within("alpha", alpha, 0, 1e6);
        Checks.within("floor", floor, 0, 1);
    }

    @Override
    public Choice choose(List<Arm> arms, long seed) {
        Distribution.requireArms(arms);
        double[] bounds = arms.stream()
                .mapToDouble(
                        arm -> arm.utility().total() + alpha * arm.utility().width())
                .toArray();
        return Choice.draw(Distribution.withFloor(Distribution.argmax(bounds), floor), seed);
    }

    @Override
    public String name() {
        return "linucb";
    }
}
