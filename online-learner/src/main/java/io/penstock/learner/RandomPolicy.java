package io.penstock.learner;

import java.util.Arrays;
import java.util.List;

/** Every candidate with the same probability. */
record RandomPolicy() implements Policy {

    @Override
    public Choice choose(List<Arm> arms, long seed) {
        Distribution.requireArms(arms);
        double[] equal = new double[arms.size()];
        Arrays.fill(equal, 1.0 / arms.size());
        return Choice.draw(equal, seed);
    }

    @Override
    public String name() {
        return "random";
    }
}
