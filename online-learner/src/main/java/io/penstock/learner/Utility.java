package io.penstock.learner;

/**
 * The signed parts of a candidate's score: quality counts for it, the others against it.
 *
 * @param total the sum of the four parts, not clipped
 * @param width standard deviation of {@code total} that comes from uncertain quality; optimism multiplies it
 * @param meanWidth the part of it that comes from the uncertain mean of the model
 * @param qualityWeight what one unit of quality counts in {@code quality}
 */
public record Utility(
        double quality,
        double cost,
        double latency,
        double energy,
        double total,
        double width,
        double meanWidth,
        double qualityWeight) {

    public Utility {
        Checks.finite("quality utility", quality);
        Checks.finite("cost utility", cost);
        Checks.finite("latency utility", latency);
        Checks.finite("energy utility", energy);
        Checks.finite("total utility", total);
        Checks.notNegative("utility width", width);
        Checks.notNegative("utility mean width", meanWidth);
        Checks.notNegative("quality weight", qualityWeight);
    }

    /** The same parts with another total; what policies compare does not change if all candidates are shifted alike. */
    public Utility shifted(double by) {
        return new Utility(quality, cost, latency, energy, total + by, width, meanWidth, qualityWeight);
    }

    /** The total if the quality were this one, everything else the same. */
    double withQuality(double other) {
        return total - quality + qualityWeight * other;
    }

    /** The total clipped to [−1, 1], the range pickers work on. */
    public double clipped() {
        return Math.max(-1, Math.min(1, total));
    }
}
