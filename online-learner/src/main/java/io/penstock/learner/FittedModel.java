package io.penstock.learner;

/**
 * What a fit says of one model.
 *
 * @param quality the line of its quality
 * @param root T with TᵀT = (Gram + ridges)⁻¹, lower triangular: |σ·T·x| is the posterior standard deviation at x
 * @param noise σ, the standard deviation of one verdict
 * @param evidence verdicts behind it
 * @param late what its answers without a verdict are worth as evidence, in verdicts
 * @param priorWorth verdicts that its prior is worth
 * @param tally the verdicts by themselves
 * @param tokens the line of log(1 + output tokens), with its smear
 * @param latency the line of log(1 + milliseconds), with its smear
 */
record FittedModel(
        Line quality,
        Factorisation.Root root,
        double noise,
        double evidence,
        double late,
        double priorWorth,
        Tally tally,
        Log tokens,
        Log latency) {

    /** A line on the log scale, and the ratio of arithmetic to geometric mean around it. */
    record Log(Line line, double smear) {}
}
