package io.penstock.learner.warm;

import io.penstock.learner.Features;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import java.util.Map;

/**
 * What a warm model's predictions turn out to miss, learned online. The shift of all models together follows the verdicts
 * at once; a model's own shift hardly moves, for a model is chosen where it is over-predicted (the winner's curse, Capen,
 * Clapp and Campbell 1971), so that correcting each by its own misses makes the choices worse than leaving them alone.
 *
 * <p>It is learned in {@link ModelStatistics} like everything else, so it adds up over shards and survives restarts:
 * {@link #observation} says what an observation teaches them. Immutable.
 */
public final class WarmResiduals {

    /** What the sums see as context: residuals are learned without one. */
    public static final Features CONTEXT = Features.of(0);

    /** A model's own shift is shrunk, and its mean believed, as if so many times the prompts had been seen. */
    private static final double OWN_WORTH = 10;

    /**
     * Of a log, every model has verdicts on prompts of its own, so chance does not cancel in the difference of two models:
     * each rests on its own verdicts, and on the prior that they were shrunk to.
     */
    private static final double LOG_WORTH = LearnerSettings.defaults().meanRidge();

    private final double noise;
    private final double[] shifts;
    private final double[] evidence;

    private WarmResiduals(double noise, double[] shifts, double[] evidence) {
        this.noise = noise;
        this.shifts = shifts;
        this.evidence = evidence;
    }

    /**
     * Reads what was learned.
     *
     * @param sums by model, of observations from {@link #observation} with {@link #CONTEXT}; models may be missing
     */
    public static WarmResiduals of(WarmModel model, Map<String, ModelStatistics> sums) {
        int models = model.models().size();
        double[] counts = new double[models];
        double[] missed = new double[models];
        double[] evidence = new double[models];
        double[] own = new double[models];
        double count = 1;
        double sum = 0;
        for (int m = 0; m < models; m++) {
            own[m] = model.isOfLog() ? LOG_WORTH + model.verdicts(m) : OWN_WORTH * model.prompts();
            evidence[m] = own[m];
            ModelStatistics known = sums.get(model.models().get(m));
            if (known != null) {
                counts[m] = known.judgedWeight();
                missed[m] = counts[m] * (2 * known.qualityMean() - 1);
                evidence[m] += counts[m] + LearnerSettings.defaults().pendingWorth() * known.unjudged();
                count += counts[m];
                sum += missed[m];
            }
        }
        double pooled = sum / count;
        double[] shifts = new double[models];
        for (int m = 0; m < models; m++) {
            shifts[m] = pooled + (missed[m] - pooled * counts[m]) / (counts[m] + own[m]);
        }
        return new WarmResiduals(model.noise(), shifts, evidence);
    }

    /**
     * What an observation teaches the residual sums: of a verdict, by how much it is above what was predicted, brought from
     * [−1, 1] to [0, 1].
     *
     * @param predicted quality that the warm model expected of that model on that context, 0..1
     */
    public static Observation observation(Observation observation, double predicted) {
        Checks.within("predicted", predicted, 0, 1);
        if (observation instanceof Observation.Judged verdict) {
            return new Observation.Judged(verdict.weight(), above(verdict.quality(), predicted));
        }
        if (observation instanceof Observation.Corrected change) {
            return new Observation.Corrected(
                    change.weight(), above(change.oldQuality(), predicted), above(change.newQuality(), predicted));
        }
        return observation;
    }

    private static double above(double quality, double predicted) {
        return (1 + quality - predicted) / 2;
    }

    /** What is to be added to the warm model's predictions of this model's quality. */
    public double shift(int model) {
        return shifts[model];
    }

    /**
     * Verdicts that a prediction of this model rests on.
     *
     * @param pending evidence on its way that the sums don't know of, in verdicts
     */
    public double evidence(int model, double pending) {
        return evidence[model] + pending;
    }

    /** Standard deviation of the mean of this model's quality. */
    public double width(int model, double pending) {
        return Math.sqrt(noise / evidence(model, pending));
    }
}
