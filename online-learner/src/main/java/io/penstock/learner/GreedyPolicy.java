package io.penstock.learner;

import java.util.List;

/** Plays the arm with the highest utility; with a floor it is the ε-greedy mixture. */
record GreedyPolicy(double floor) implements Policy {

    GreedyPolicy {
        Checks.within("floor", floor, 0, 1);
    }

    @Override
    public Choice choose(List<Arm> arms, long seed) {
        Distribution.requireArms(arms);
        double[] totals =
                arms.stream().mapToDouble(arm -> arm.utility().total()).toArray();
        return Choice.draw(Distribution.withFloor(Distribution.argmax(totals), floor), seed);
    }

    @Override
    public String name() {
        return "greedy";
    }
}
