package io.penstock.learner;

import java.util.List;

/**
 * UCB1 (Auer, Cesa-Bianchi, Fischer 2002, "Finite-time analysis of the multiarmed bandit problem"): a floor for policies
 * that look at the request. Plays the arm with the highest utility, were its quality
 *
 * <pre>(Σq + worth · prior) / (n + worth) + alpha · √(2 ln N / (n + worth))</pre>
 *
 * with n its verdicts and N those of all candidates, each with {@code worth} more. What is known of quality is the plain mean
 * of verdicts; costs are as predicted for the request, since prices need no exploring. A model that was never seen is believed
 * to be as its prior says and as uncertain as if it had been seen {@code worth} times, so it is tried where that could pay,
 * not because it is new. Alpha 1 is as published; 0 is greedy. The floor is uniform as in {@link LinUcbPolicy}.
 */
record Ucb1Policy(double alpha, double worth, double floor) implements Policy {

    Ucb1Policy {
        Checks.within("alpha", alpha, 0, 1e6);
        Checks.within("worth", worth, 1e-3, 1e6);
        Checks.within("floor", floor, 0, 1);
    }

    @Override
    public Choice choose(List<Arm> arms, long seed) {
        Distribution.requireArms(arms);
        double all = 0;
        for (Arm arm : arms) {
            all += arm.prediction().tally().count() + worth;
        }
        double log = 2 * Math.max(0, StrictMath.log(all));
        double[] bounds = new double[arms.size()];
        for (int i = 0; i < bounds.length; i++) {
            Tally tally = arms.get(i).prediction().tally();
            double n = tally.count() + worth;
            double quality = (tally.sum() + worth * tally.prior()) / n + alpha * Math.sqrt(log / n);
            bounds[i] = arms.get(i).utility().withQuality(quality);
        }
        return Choice.draw(Distribution.withFloor(Distribution.argmax(bounds), floor), seed);
    }

    @Override
    public String name() {
        return "ucb1";
    }
}
