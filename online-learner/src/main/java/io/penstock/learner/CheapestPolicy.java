package io.penstock.learner;

import java.util.List;

/** The candidate with the lowest predicted cost; the filters before it decide what is feasible. */
record CheapestPolicy() implements Policy {

    @Override
    public Choice choose(List<Arm> arms, long seed) {
        Distribution.requireArms(arms);
        double[] savings = arms.stream().mapToDouble(arm -> -arm.costNanos()).toArray();
        return Choice.draw(Distribution.argmax(savings), seed);
    }

    @Override
    public String name() {
        return "cheapest";
    }
}
