package io.penstock.learner.warm;

import io.penstock.learner.LearnerSettings;

/**
 * What a warm model's predictions turn out to miss, learned online. The shift of all models together follows the verdicts
 * at once; a model's own shift hardly moves, for a model is chosen where it is over-predicted (the winner's curse, Capen,
 * Clapp and Campbell 1971), so that correcting each by its own misses makes the choices worse than leaving them alone.
 * Sums only, so the order of verdicts does not matter beyond rounding. Not thread-safe.
 */
public final class WarmResiduals {

    /** A model's own shift is shrunk, and its mean believed, as if so many times the prompts had been seen. */
    private static final double OWN_WORTH = 10;

    private final double trained;
    private final double noise;
    private final double[] counts;
    private final double[] sums;
    private final double[] late;

    /**
     * @param models as in the warm model
     * @param trained prompts that it was fitted on, ≥ 1
     * @param noise variance of one verdict around its expectation, ≥ 0
     */
    public WarmResiduals(int models, int trained, double noise) {
        Checks.count("trained", trained, 1, Integer.MAX_VALUE);
        Checks.within("noise", noise, 0, 1);
        this.trained = trained;
        this.noise = noise;
        this.counts = new double[models];
        this.sums = new double[models];
        this.late = new double[models];
    }

    /** A model was chosen, and its verdict is on its way. */
    public void chosen(int model) {
        late[model] += LearnerSettings.defaults().pendingWorth();
    }

    /**
     * A verdict on a chosen model.
     *
     * @param predicted what the warm model said of this context
     * @param quality the verdict, 0..1
     */
    public void judged(int model, double predicted, double quality) {
        Checks.within("predicted", predicted, 0, 1);
        Checks.within("quality", quality, 0, 1);
        late[model] -= LearnerSettings.defaults().pendingWorth();
        counts[model]++;
        sums[model] += quality - predicted;
    }

    /** What is to be added to the warm model's predictions of this model's quality. */
    public double shift(int model) {
        double pooled = pooled();
        double own = (sums[model] - pooled * counts[model]) / (counts[model] + OWN_WORTH * trained);
        return pooled + own;
    }

    private double pooled() {
        double weight = 1;
        double sum = 0;
        for (int a = 0; a < counts.length; a++) {
            weight += counts[a];
            sum += sums[a];
        }
        return sum / weight;
    }

    /** Verdicts that a prediction of this model rests on. */
    public double evidence(int model) {
        return OWN_WORTH * trained + counts[model] + late[model];
    }

    /** Standard deviation of the mean of this model's quality. */
    public double width(int model) {
        return Math.sqrt(noise / evidence(model));
    }
}
