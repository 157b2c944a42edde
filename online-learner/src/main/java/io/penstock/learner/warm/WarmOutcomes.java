package io.penstock.learner.warm;

import io.penstock.learner.Features;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A training set with full information: what every model did on every prompt, or, where only one model was asked, what
 * {@link LoggedOutcomes} expects the others to have done. Immutable.
 */
public final class WarmOutcomes {

    static final double MAX_TOKENS = 1e9;

    private final List<String> models;
    private final List<Features> contexts;
    private final double[][] quality;
    private final double[][] outputTokens;
    private final double noise;
    /** By model; null = every prompt is one. */
    private final int @Nullable [] verdicts;

    private WarmOutcomes(List<String> models, List<Features> contexts, double[][] quality, double[][] outputTokens) {
        this.models = Checks.models(models);
        this.contexts = checkContexts(contexts);
        this.quality = copy("quality", quality, 1);
        this.outputTokens = copy("outputTokens", outputTokens, MAX_TOKENS);
        this.noise = variance(this.quality);
        this.verdicts = null;
    }

    private WarmOutcomes(WarmOutcomes other, double noise, int[] verdicts) {
        this.models = other.models;
        this.contexts = other.contexts;
        this.quality = other.quality;
        this.outputTokens = other.outputTokens;
        this.noise = Checks.within("noise", noise, 0, 0.25);
        this.verdicts = verdicts.clone();
    }

    /**
     * @param models slugs, none twice
     * @param contexts features of each prompt, all of one dimension
     * @param quality by model, then by prompt; 0..1
     * @param outputTokens by model, then by prompt; not negative
     */
    public static WarmOutcomes of(
            List<String> models, List<Features> contexts, double[][] quality, double[][] outputTokens) {
        return new WarmOutcomes(models, contexts, quality, outputTokens);
    }

    private static List<Features> checkContexts(List<Features> contexts) {
        if (contexts.isEmpty()) {
            throw new IllegalArgumentException("contexts must hold at least one prompt, but are empty");
        }
        int dimension = contexts.get(0).dimension();
        for (int i = 1; i < contexts.size(); i++) {
            int other = contexts.get(i).dimension();
            if (other != dimension) {
                throw new IllegalArgumentException(
                        "context " + i + " must have dimension " + dimension + " as context 0, but has " + other);
            }
        }
        return List.copyOf(contexts);
    }

    private double[][] copy(String field, double[][] rows, double high) {
        requireLength(field, rows.length, models.size(), "one row for each model");
        double[][] result = new double[rows.length][];
        for (int m = 0; m < rows.length; m++) {
            String row = field + " of model " + models.get(m);
            requireLength(row, rows[m].length, contexts.size(), "one value for each prompt");
            result[m] = rows[m].clone();
            for (int i = 0; i < contexts.size(); i++) {
                if (!Checks.isWithin(result[m][i], 0, high)) {
                    throw new IllegalArgumentException(
                            Checks.mustBeWithin(row + " on prompt " + i, result[m][i], 0, high));
                }
            }
        }
        return result;
    }

    private static void requireLength(String field, int length, int expected, String why) {
        if (length != expected) {
            throw new IllegalArgumentException(
                    field + " must have length " + expected + ", " + why + ", but has length " + length);
        }
    }

    /**
     * The same, where most of it is expectation instead of verdict.
     *
     * @param noise variance of true verdicts, 0 to 0.25
     * @param verdicts by model, how many true ones there are
     */
    WarmOutcomes restingOn(double noise, int[] verdicts) {
        requireLength("verdicts", verdicts.length, models.size(), "one number for each model");
        return new WarmOutcomes(this, noise, verdicts);
    }

    private static double variance(double[][] quality) {
        double noise = 0;
        for (double[] row : quality) {
            double mean = 0;
            double squares = 0;
            for (double value : row) {
                mean += value / row.length;
                squares += value * value / row.length;
            }
            noise += Math.max(0, squares - mean * mean) / quality.length;
        }
        return Math.min(0.25, noise);
    }

    /** Mean over the models of the variance of their quality, 0 to 0.25. */
    double noise() {
        return noise;
    }

    /** True verdicts by model; null = on every prompt. */
    int @Nullable [] verdicts() {
        return verdicts == null ? null : verdicts.clone();
    }

    /** The same for some of the prompts, in this order. */
    WarmOutcomes only(List<Integer> prompts) {
        double[][] someQuality = new double[models.size()][prompts.size()];
        double[][] someTokens = new double[models.size()][prompts.size()];
        List<Features> someContexts = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            int prompt = prompts.get(i);
            someContexts.add(contexts.get(prompt));
            for (int m = 0; m < models.size(); m++) {
                someQuality[m][i] = quality[m][prompt];
                someTokens[m][i] = outputTokens[m][prompt];
            }
        }
        return new WarmOutcomes(models, someContexts, someQuality, someTokens);
    }

    public List<String> models() {
        return models;
    }

    public int prompts() {
        return contexts.size();
    }

    public int dimension() {
        return contexts.get(0).dimension();
    }

    public Features context(int prompt) {
        return contexts.get(prompt);
    }

    public double quality(int model, int prompt) {
        return quality[model][prompt];
    }

    public double outputTokens(int model, int prompt) {
        return outputTokens[model][prompt];
    }
}
