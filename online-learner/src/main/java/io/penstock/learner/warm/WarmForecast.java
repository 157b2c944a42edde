package io.penstock.learner.warm;

import java.util.Arrays;

/** What a {@link WarmModel} expects on one context; models are numbered as in {@link WarmModel#models()}. Immutable. */
public final class WarmForecast {

    private final double[] quality;
    private final double[] outputTokens;

    /** The arrays become the forecast's own. */
    WarmForecast(double[] quality, double[] outputTokens) {
        this.quality = quality;
        this.outputTokens = outputTokens;
    }

    public int models() {
        return quality.length;
    }

    /** Expected quality, 0..1. */
    public double quality(int model) {
        return quality[model];
    }

    /** Expected output tokens, not negative. */
    public double outputTokens(int model) {
        return outputTokens[model];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WarmForecast that
                && Arrays.equals(quality, that.quality)
                && Arrays.equals(outputTokens, that.outputTokens);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(quality) + Arrays.hashCode(outputTokens);
    }

    @Override
    public String toString() {
        return "WarmForecast[quality=" + Arrays.toString(quality) + ", outputTokens=" + Arrays.toString(outputTokens)
                + "]";
    }
}
