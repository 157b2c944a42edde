package io.penstock.learner;

import java.util.List;

/**
 * Thompson sampling for verdicts from 0 to 1 (Agrawal and Goyal 2012, "Analysis of Thompson sampling for the multi-armed
 * bandit problem"): a floor for policies that look at the request. Each arm is played with the probability that its utility
 * is the highest, were the models' qualities independent with
 *
 * <pre>quality ~ Beta(1 + Σq, 1 + Σ(1 − q))</pre>
 *
 * Verdicts count as fractions of a success and a failure; Agrawal and Goyal toss a coin for each, which has the same mean, but
 * would make sums depend on coins. Costs are as predicted for the request. The probabilities come from numerical integration,
 * as in {@link ThompsonPolicy}, and an arm that hardly ever beats the one with the best mean gets the floor alone.
 */
record BetaThompsonPolicy(double floor) implements Policy {

    /** An arm less likely than this to beat the one with the best mean, were both normal, is left to the floor. */
    private static final double NEGLIGIBLE = 1e-5;

    BetaThompsonPolicy {
        Checks.within("floor", floor, 0, 1);
    }

    @Override
    public Choice choose(List<Arm> arms, long seed) {
        Distribution.requireArms(arms);
        int k = arms.size();
        double[] alphas = new double[k];
        double[] betas = new double[k];
        double[] means = new double[k];
        double[] widths = new double[k];
        int best = 0;
        for (int i = 0; i < k; i++) {
            Tally tally = arms.get(i).prediction().tally();
            Utility utility = arms.get(i).utility();
            alphas[i] = 1 + tally.sum();
            betas[i] = 1 + tally.count() - tally.sum();
            means[i] = utility.withQuality(BetaQuality.mean(alphas[i], betas[i]));
            widths[i] = utility.qualityWeight() * BetaQuality.deviation(alphas[i], betas[i]);
            best = means[i] > means[best] ? i : best;
        }
        if (!(widths[best] > 0)) {
            // Quality does not count, so nothing is uncertain.
            return Choice.draw(Distribution.withFloor(Distribution.argmax(means), floor), seed);
        }
        BetaQuality[] rivals = new BetaQuality[k];
        for (int i = 0; i < k; i++) {
            if (i == best || Normal.chanceOfMore(means[i], widths[i], means[best], widths[best]) > NEGLIGIBLE) {
                Utility utility = arms.get(i).utility();
                rivals[i] = new BetaQuality(alphas[i], betas[i], utility.withQuality(0), utility.qualityWeight());
            }
        }
        return Choice.draw(Distribution.withFloor(BetaQuality.chancesOfMaximum(rivals), floor), seed);
    }

    @Override
    public String name() {
        return "beta-thompson";
    }
}
