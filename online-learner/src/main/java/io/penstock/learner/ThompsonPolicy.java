package io.penstock.learner;

import java.util.Arrays;
import java.util.List;

/**
 * Thompson sampling (Thompson 1933, "On the likelihood that one unknown probability exceeds another in view of the
 * evidence of two samples") with its propensities: each arm is played with the probability that it is the best one, were
 * the utilities independent normal variables with
 *
 * <pre>mean = utility,   standard deviation = scale · standard deviation of the model's mean</pre>
 *
 * <p>The probabilities come from numerical integration, and the draw from them, so what the log says is what was done. Only
 * the uncertainty of a model's mean counts: slopes are shrunk so hard that exploring for their sake costs more than it finds.
 * An arm that hardly ever beats the one with the best mean gets the floor alone.
 * A scale below 1 explores less than the posterior asks for, as streams of a few thousand requests want it. The floor is
 * uniform as in {@link LinUcbPolicy}.
 */
record ThompsonPolicy(double scale, double floor) implements Policy {

    /** An arm less likely than this to beat the one with the best mean is left to the floor. */
    private static final double NEGLIGIBLE = 1e-4;

    ThompsonPolicy {
        Checks.within("scale", scale, 0, 1e6);
        Checks.within("floor", floor, 0, 1);
    }

    @Override
    public Choice choose(List<Arm> arms, long seed) {
        Distribution.requireArms(arms);
        int k = arms.size();
        double[] means = new double[k];
        double[] widths = new double[k];
        for (int i = 0; i < k; i++) {
            means[i] = arms.get(i).utility().total();
            widths[i] = scale * arms.get(i).utility().meanWidth();
        }
        return Choice.draw(Distribution.withFloor(chances(means, widths), floor), seed);
    }

    /** The probability of each arm to be the best. */
    private static double[] chances(double[] means, double[] widths) {
        int[] active = active(means, widths);
        double[] chances = new double[means.length];
        if (active.length == 0) {
            return Distribution.argmax(means);
        }
        if (active.length == 1) {
            chances[active[0]] = 1;
            return chances;
        }
        double[] at = new double[active.length];
        double[] spread = new double[active.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = means[active[i]];
            spread[i] = widths[active[i]];
        }
        double[] shares = Normal.chancesOfMaximum(at, spread);
        for (int i = 0; i < shares.length; i++) {
            chances[active[i]] = shares[i];
        }
        return chances;
    }

    /** The arms that are worth the integration; none if no arm has a width, so that the best mean wins. */
    private static int[] active(double[] means, double[] widths) {
        if (Distribution.max(widths) <= 0) {
            return new int[0];
        }
        int best = 0;
        for (int i = 1; i < means.length; i++) {
            best = means[i] > means[best] ? i : best;
        }
        int[] active = new int[means.length];
        int count = 0;
        for (int i = 0; i < means.length; i++) {
            if (i == best || rivals(means, widths, i, best)) {
                active[count++] = i;
            }
        }
        return Arrays.copyOf(active, count);
    }

    private static boolean rivals(double[] means, double[] widths, int arm, int best) {
        return widths[arm] + widths[best] > 0
                ? Normal.chanceOfMore(means[arm], widths[arm], means[best], widths[best]) > NEGLIGIBLE
                : means[arm] == means[best];
    }

    @Override
    public String name() {
        return "thompson";
    }
}
