package io.penstock.learner.experiment;

/**
 * What one decision says of a variant's utility less that of the policy in use, as a line over the verdict q in [0, 1] that
 * is still to come: {@code intercept + slope · q}. Doubly robust (Dudík, Langford, Li 2011): the predicted utilities give the
 * difference that is expected, the verdict corrects it by importance; unbiased whatever the predictions are, since the
 * probabilities of the draw are known. Cost, latency and energy count as predicted.
 *
 * <p>Utilities count as pickers see them: the part that is not quality between −1 and 0, the weight of quality up to 1.
 * So a difference is within ± {@link #bound} of 0.
 */
public record Contrast(double intercept, double slope) {

    /** Largest importance of a verdict where the variant decides nothing itself. */
    public static final double SHADOW_IMPORTANCE = 20;

    /** One scored candidate: what quality is predicted, and the rest of its utility. */
    public record Scored(double predictedQuality, double otherUtility) {
        private double other() {
            return Math.max(-1, Math.min(0, otherUtility));
        }

        private double utility(double weight) {
            return weight * Math.max(0, Math.min(1, predictedQuality)) + other();
        }
    }

    /** Largest size of a difference when the variant decides a share of the requests; 0 = none, as a shadow. */
    public static double bound(double share) {
        return 2 + (share == 0 ? SHADOW_IMPORTANCE : 1 / share);
    }

    /**
     * The contrast of a decision that was drawn from (1 − share) · current + share · variant.
     *
     * <p>With a share, importances are at most 1/share. Without one, what the variant would choose more than {@value
     * #SHADOW_IMPORTANCE} times as often as the policy in use counts as if it were never any good: the estimate is then too
     * low, never too high.
     *
     * @param candidates scored ones, each with a probability at its place
     * @param chosen the place of the one that was drawn
     * @param qualityWeight at least 0
     */
    public static Contrast of(
            Scored[] candidates, double[] current, double[] variant, double share, int chosen, double qualityWeight) {
        double weight = Math.min(1, qualityWeight);
        double expected = 0;
        for (int i = 0; i < candidates.length; i++) {
            double supported = supported(current[i], variant[i], share);
            expected += (supported - current[i]) * candidates[i].utility(weight)
                    + (variant[i] - supported) * candidates[i].other();
        }
        double drawn = (1 - share) * current[chosen] + share * variant[chosen];
        double importance = (supported(current[chosen], variant[chosen], share) - current[chosen]) / drawn;
        double predicted = Math.max(0, Math.min(1, candidates[chosen].predictedQuality()));
        return new Contrast(expected - importance * weight * predicted, importance * weight);
    }

    private static double supported(double current, double variant, double share) {
        return share > 0 ? variant : Math.min(variant, (1 + SHADOW_IMPORTANCE) * current);
    }

    /** The difference, once the verdict is known. */
    public double at(double quality) {
        return intercept + slope * quality;
    }
}
