package io.penstock.learner;

import java.util.List;

/**
 * How strongly estimates are shrunk. Ridges are in units of observations: a mean with ridge 40 moves half-way to the
 * data after 40 observations; a slope with a large ridge hardly reacts to the context.
 *
 * @param slopeRidges candidate ridges of what is peculiar to one model's slopes, the one believed first in front; the
 *     data choose another on decisive evidence only, by marginal likelihood (empirical Bayes), so a stream where context
 *     decides is learned quickly and one where it does not is left alone
 * @param sharedRidge ridge of the slopes that all models share: how hard a prompt is for everybody
 * @param meanRidge ridge of a model's mean toward the pooled mean plus its price prior
 * @param blindMeanRidge the same where no prices are known, or all are equal: then models differ more than they are
 *     believed to
 * @param priceWeight how much quality one standard deviation of log price is believed to buy where verdicts have the
 *     variance {@code noise}; proportional to their actual standard deviation
 * @param datedWeight how much less quality is believed of a model whose short context window says that it is of an older
 *     generation, on the scale of {@code priceWeight}: within a generation the dearer model is better, but an old one is
 *     worse than its price says
 * @param pooledMean quality expected of an unknown model
 * @param noise variance of one verdict around its expectation, before evidence
 * @param pendingWorth observations that one request without a verdict, answered or not, counts as where uncertainty is
 *     concerned
 * @param lengthRidge ridge of the slopes of log length and log latency
 * @param lengthMeanRidge ridge of their means
 */
public record LearnerSettings(
        List<Double> slopeRidges,
        double sharedRidge,
        double meanRidge,
        double blindMeanRidge,
        double priceWeight,
        double datedWeight,
        double pooledMean,
        double noise,
        double pendingWorth,
        double lengthRidge,
        double lengthMeanRidge) {

    public LearnerSettings {
        slopeRidges = List.copyOf(slopeRidges);
        if (slopeRidges.isEmpty()) {
            throw new IllegalArgumentException("slopeRidges must hold at least one ridge, but is empty");
        }
        slopeRidges.forEach(ridge -> Checks.positive("slopeRidges", ridge));
        Checks.positive("sharedRidge", sharedRidge);
        Checks.positive("meanRidge", meanRidge);
        Checks.positive("blindMeanRidge", blindMeanRidge);
        Checks.within("priceWeight", priceWeight, 0, 1);
        Checks.within("datedWeight", datedWeight, 0, 1);
        Checks.within("pooledMean", pooledMean, 0, 1);
        Checks.positive("noise", noise);
        Checks.notNegative("pendingWorth", pendingWorth);
        Checks.positive("lengthRidge", lengthRidge);
        Checks.positive("lengthMeanRidge", lengthMeanRidge);
    }

    /** Tuned once on recorded outcomes and used for every pool; the module README has the numbers. */
    public static LearnerSettings defaults() {
        return new LearnerSettings(List.of(2000.0, 500.0, 100.0), 20, 120, 10, 0.05, 0.05, 0.6, 0.2, 2, 300, 10);
    }
}
