package io.penstock.learner;

import org.jspecify.annotations.Nullable;

/**
 * What {@link Estimates} expects of each model on one context. Models are computed in blocks when first asked for. Not
 * thread-safe.
 */
public final class Forecast {

    private final Estimates estimates;
    private final double[] x;
    private final ModelBlock.@Nullable At[] blocks;

    Forecast(Estimates estimates, double[] x, int blocks) {
        this.estimates = estimates;
        this.x = x;
        this.blocks = new ModelBlock.At[blocks];
    }

    /**
     * Expectations of one model.
     *
     * @param pendingEvidence verdicts on their way of requests that the statistics don't know yet, in observations
     *     (requests in flight × {@link LearnerSettings#pendingWorth()}). Like answers that were not judged yet, which the
     *     statistics do know, they narrow the widths so that optimism does not repeat itself while feedback is late
     * @throws IllegalArgumentException for a model without prior, or negative evidence
     */
    public Prediction predict(String model, double pendingEvidence) {
        Checks.notNegative("pendingEvidence", pendingEvidence);
        int index = estimates.indexOf(model);
        int number = index / ModelBlock.MAX_MODELS;
        ModelBlock.At at = blocks[number];
        if (at == null) {
            at = estimates.block(number).at(x);
            blocks[number] = at;
        }
        return at.prediction(index % ModelBlock.MAX_MODELS, pendingEvidence);
    }
}
