package io.penstock.learner;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * How a layer differs from the scope above it: for each model, by how much its mean quality there is above what the scope's fit
 * says, shrunk. Immutable; a pure function of its arguments, bit for bit.
 *
 * <p>With e the mean residuals of the models and n their verdicts: all models together move first, by the generalised
 * least-squares mean m of e (a tenant whose prompts are harder is no reason to leave the model it plays), then each by
 * n / (n + k) · (e − m). The worth k of "like the scope above" is σ² / τ², with σ² the variance of a verdict and τ² that of
 * models' differences: the method of moments of DerSimonian and Laird (1986, "Meta-analysis in clinical trials") on this
 * layer's own models, averaged with its prior value σ² / {@value #WORTH} by what they tell. So a layer that turns out to be like its
 * scope stays there, and one that is not moves quicker.
 */
public final class LayerFit {

    /** Verdicts on a model that "like the scope above" is worth before the layer itself tells. */
    static final double WORTH = 120;

    /** Models' differences that the prior of τ² is worth. */
    private static final double PRIOR_MODELS = 2;

    /** Of its prior value, τ² is never believed to be less than this part, nor more than its reciprocal. */
    private static final double LEAST = 1.0 / 16;

    /** Verdicts that "no model differs from the scope in the mean" is worth. */
    private static final double POOLED_WORTH = 1;

    private final Map<String, Double> shifts;
    private final double unknown;

    private LayerFit(Map<String, Double> shifts, double unknown) {
        this.shifts = shifts;
        this.unknown = unknown;
    }

    /**
     * Fits a layer.
     *
     * @param scope what the scope above believes
     * @param sums by model; those of models that the scope does not know are ignored
     * @throws IllegalArgumentException if sums have another dimension than the scope's features
     */
    public static LayerFit of(Estimates scope, Map<String, LayerSums> sums) {
        List<String> models =
                new TreeSet<>(sums.keySet()).stream().filter(scope::knows).toList();
        double noise = scope.noise();
        double[] counts = new double[models.size()];
        double[] residuals = new double[models.size()];
        for (int a = 0; a < counts.length; a++) {
            LayerSums known = sums.getOrDefault(models.get(a), LayerSums.empty(scope.dimension()));
            counts[a] = known.weight();
            if (counts[a] > 0) {
                residuals[a] = (known.verdictSum() - scope.qualitySum(models.get(a), known)) / counts[a];
            }
        }
        double worth = worth(counts, residuals, noise);
        double pooled = pooled(counts, residuals, worth);
        Map<String, Double> shifts = new HashMap<>();
        for (int a = 0; a < counts.length; a++) {
            double own = counts[a] / (counts[a] + worth) * (residuals[a] - pooled);
            shifts.put(models.get(a), pooled + own);
        }
        return new LayerFit(shifts, pooled);
    }

    private static double worth(double[] counts, double[] residuals, double noise) {
        double prior = noise / WORTH;
        double all = 0;
        double squares = 0;
        double sum = 0;
        int models = 0;
        for (int a = 0; a < counts.length; a++) {
            double weight = counts[a] / noise;
            all += weight;
            squares += weight * weight;
            sum += weight * residuals[a];
            models += counts[a] > 0 ? 1 : 0;
        }
        if (models < 2) {
            return WORTH;
        }
        double scatter = 0;
        for (int a = 0; a < counts.length; a++) {
            double off = residuals[a] - sum / all;
            scatter += counts[a] / noise * off * off;
        }
        double free = models - 1;
        double scale = all - squares / all;
        double found = (scatter - free) / scale;
        // Moments tell τ² where they have more verdicts than the prior is worth; else they are mostly noise.
        double told = free * scale * prior / (free + scale * prior);
        double variance = (PRIOR_MODELS * prior + told * found) / (PRIOR_MODELS + told);
        return noise / Math.max(LEAST * prior, Math.min(prior / LEAST, variance));
    }

    private static double pooled(double[] counts, double[] residuals, double worth) {
        double weights = POOLED_WORTH;
        double sum = 0;
        for (int a = 0; a < counts.length; a++) {
            double weight = counts[a] * worth / (counts[a] + worth);
            weights += weight;
            sum += weight * residuals[a];
        }
        return sum / weights;
    }

    /** What is to be added to the quality that the scope expects of the model. */
    public double shift(String model) {
        return shifts.getOrDefault(model, unknown);
    }

    /**
     * A prediction of the scope, moved by this layer. Its widths stay: a layer uses what it is told, and leaves it to the scope
     * to try models out. Counting the layer's own uncertainty costs more than it finds.
     */
    public Prediction moved(String model, Prediction said) {
        return new Prediction(
                said.quality() + shift(model),
                said.width(),
                said.meanWidth(),
                said.outputTokens(),
                said.latencyMillis(),
                said.evidence(),
                said.tally());
    }
}
