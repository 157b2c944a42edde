package io.penstock.learner;

import java.util.List;

/**
 * LinUCB (Li, Chu, Langford, Schapire 2010, "A contextual-bandit approach to personalized news article
 * recommendation") with the √log factor of UCB1 (Auer, Cesa-Bianchi, Fischer 2002): plays the arm with the highest
 *
 * <pre>utility + alpha · √ln(1 + n) · standard deviation,   n = observations behind all candidates together</pre>
 *
 * With a constant factor a model that was unlucky at first is hardly ever tried again; the slow growth brings it back.
 * Alpha 0 is greedy; with a very large alpha only uncertainty matters; without any observation the priors alone decide.
 * A small uniform floor keeps every propensity above 0, so that logs stay usable for off-policy evaluation.
 */
record LinUcbPolicy(double alpha, double floor) implements Policy {

    LinUcbPolicy {
        Checks.within("alpha", alpha, 0, 1e6);
        Checks.within("floor", floor, 0, 1);
    }

    @Override
    public Choice choose(List<Arm> arms, long seed) {
        Distribution.requireArms(arms);
        double optimism = alpha * Math.sqrt(StrictMath.log1p(Distribution.evidence(arms)));
        double[] bounds = new double[arms.size()];
        for (int i = 0; i < bounds.length; i++) {
            Utility utility = arms.get(i).utility();
            bounds[i] = utility.total() + optimism * utility.width();
        }
        return Choice.draw(Distribution.withFloor(Distribution.argmax(bounds), floor), seed);
    }

    @Override
    public String name() {
        return "linucb";
    }
}
