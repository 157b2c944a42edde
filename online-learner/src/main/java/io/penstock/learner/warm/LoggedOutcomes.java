package io.penstock.learner.warm;

import io.penstock.learner.Estimates;
import io.penstock.learner.Features;
import io.penstock.learner.Forecast;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.learner.Prediction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A router's own log as a training set: of each prompt the outcome of the one model that was chosen, and how likely that
 * was. What the others would have done is expected by the router's own regression ({@link Estimates}: one line a model on
 * its own rows, shrunk to the others' and to list prices), and the warm model is fitted to the verdicts where there are any
 * and to these expectations where there are none (imputation by a direct model; Dudík, Langford and Li 2011, "Doubly robust
 * policy evaluation and learning").
 *
 * <p>A row weighs share / propensity, share being its model's part of the log: so a model's rows stand for all prompts, not
 * for those it was chosen for, and its weights have mean one. At most {@value #LARGEST_RATIO}, since a rare choice would
 * otherwise outweigh all others. Immutable.
 */
public final class LoggedOutcomes {

    /** Verdicts below which a warm model does not speak of a model; a router then learns it online. */
    public static final int FEWEST = 50;

    private static final double LARGEST_RATIO = 10;

    private final List<Row> rows;
    private final SortedMap<String, Integer> verdicts;

    /**
     * A prompt with the verdict on its answer.
     *
     * @param quality 0..1
     * @param weight as the learner would count it, above 0
     * @param propensity probability with which the model was chosen, above 0, at most 1
     */
    public record Row(
            String model, Features context, double quality, double outputTokens, double weight, double propensity) {
        public Row {
            Checks.within("quality", quality, 0, 1);
            Checks.within("outputTokens", outputTokens, 0, WarmOutcomes.MAX_TOKENS);
            Checks.within("weight", weight, Double.MIN_NORMAL, Observation.MAX_WEIGHT);
            Checks.within("propensity", propensity, Double.MIN_NORMAL, 1 + 1e-9);
        }
    }

    /**
     * What a log teaches.
     *
     * @param model of every model with {@link #FEWEST} verdicts
     * @param qualities of the same models, each its mean over all prompts of the log
     */
    public record Lesson(WarmModel model, SortedMap<String, Double> qualities) {}

    private LoggedOutcomes(List<Row> rows, SortedMap<String, Integer> verdicts) {
        this.rows = rows;
        this.verdicts = verdicts;
    }

    public static LoggedOutcomes of(List<Row> rows) {
        SortedMap<String, Integer> verdicts = new TreeMap<>();
        rows.forEach(row -> verdicts.merge(row.model(), 1, Integer::sum));
        return new LoggedOutcomes(List.copyOf(rows), verdicts);
    }

    /** By model. */
    public SortedMap<String, Integer> verdicts() {
        return new TreeMap<>(verdicts);
    }

    public int size() {
        return rows.size();
    }

    /**
     * Fits.
     *
     * @param priors of all models of the log that still exist; rows of others are left out
     * @throws IllegalArgumentException if no model has {@link #FEWEST} verdicts, or rows differ in dimension
     */
    public Lesson fit(WarmKind kind, Map<String, ModelPrior> priors) {
        List<String> models = verdicts.keySet().stream()
                .filter(model -> priors.containsKey(model) && verdicts.getOrDefault(model, 0) >= FEWEST)
                .toList();
        if (models.isEmpty()) {
            throw new IllegalArgumentException("at least one model of the catalog must have " + FEWEST
                    + " verdicts in the log, but they have " + verdicts);
        }
        List<Row> known =
                rows.stream().filter(row -> priors.containsKey(row.model())).toList();
        Estimates estimates = estimates(known, priors);
        double[][] quality = new double[models.size()][known.size()];
        double[][] tokens = new double[models.size()][known.size()];
        for (int i = 0; i < known.size(); i++) {
            Row row = known.get(i);
            Forecast forecast = estimates.at(row.context());
            for (int m = 0; m < models.size(); m++) {
                boolean seen = row.model().equals(models.get(m));
                Prediction expected = forecast.predict(models.get(m), 0);
                quality[m][i] = seen ? row.quality() : Math.max(0, Math.min(1, expected.quality()));
                tokens[m][i] = seen ? row.outputTokens() : Math.min(WarmOutcomes.MAX_TOKENS, expected.outputTokens());
            }
        }
        List<Features> contexts = known.stream().map(Row::context).toList();
        WarmOutcomes outcomes =
                WarmOutcomes.of(models, contexts, quality, tokens).restingOn(noise(models), fewest(models));
        // Not tuned: expectations are smooth, so whatever fits them closely would seem better.
        return new Lesson(WarmModel.fit(kind, outcomes, WarmSettings.defaults()), means(models, quality));
    }

    private Estimates estimates(List<Row> known, Map<String, ModelPrior> priors) {
        int dimension = known.get(0).context().dimension();
        Map<String, ModelStatistics> sums = new HashMap<>();
        for (Row row : known) {
            double share = (double) verdicts.getOrDefault(row.model(), 0) / rows.size();
            double weight =
                    Math.min(Observation.MAX_WEIGHT, row.weight() * Math.min(LARGEST_RATIO, share / row.propensity()));
            ModelStatistics sum = sums.computeIfAbsent(row.model(), missing -> ModelStatistics.empty(dimension));
            sum.apply(row.context(), new Observation.Completed(weight, row.outputTokens(), 0));
            sum.apply(row.context(), new Observation.Judged(weight, row.quality()));
        }
        return Estimates.of(dimension, sums, priors, LearnerSettings.defaults());
    }

    /** Mean over the models of the variance of their true verdicts. */
    private double noise(List<String> models) {
        double noise = 0;
        for (String model : models) {
            double mean = 0;
            double squares = 0;
            int count = verdicts.getOrDefault(model, 0);
            for (Row row : rows) {
                if (row.model().equals(model)) {
                    mean += row.quality() / count;
                    squares += row.quality() * row.quality() / count;
                }
            }
            noise += Math.max(0, squares - mean * mean) / models.size();
        }
        return Math.min(0.25, noise);
    }

    private int fewest(List<String> models) {
        return models.stream()
                .mapToInt(model -> verdicts.getOrDefault(model, 0))
                .min()
                .orElseThrow();
    }

    private static SortedMap<String, Double> means(List<String> models, double[][] quality) {
        SortedMap<String, Double> means = new TreeMap<>();
        for (int m = 0; m < models.size(); m++) {
            double sum = 0;
            for (double value : quality[m]) {
                sum += value;
            }
            means.put(models.get(m), sum / quality[m].length);
        }
        return means;
    }
}
