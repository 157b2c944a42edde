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
import java.util.stream.DoubleStream;

/**
 * A router's own log as a training set: of each prompt the outcome of the one model that was chosen. What every model is
 * expected to do on every prompt is told by the router's own regression ({@link Estimates}: one line a model on its own rows,
 * shrunk to the others' and to list prices), and the warm model repeats that. Nearest neighbours and joint shrinkage want
 * full information; on prompts whose other outcomes are made up by a regression they earned less than no warm model at all.
 *
 * <p>Rows of the regression weigh what the learner would count them, whatever their propensity: a choice depends on the
 * context, which the regression sees, and weights would only make it noisier. The mean of a model over all prompts is the
 * doubly robust one (Dudík, Langford and Li 2011, "Doubly robust policy evaluation and learning"): the regression's, plus
 * what it misses on the model's own rows, each weighed share / propensity, share being the model's part of the log; at most
 * {@value #LARGEST_RATIO}. Immutable.
 */
public final class LoggedOutcomes {

    /** With fewer verdicts there is nothing to start from that list prices do not say. */
    public static final int FEWEST = 50;

    /** Expectations are smooth, so nothing is lost by following them closely. */
    private static final double RIDGE = 0.2;

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
     * @param model of every model that still exists
     * @param qualities of those with a verdict, each its mean over all prompts of the log
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
     * @throws IllegalArgumentException if there are fewer than {@link #FEWEST} verdicts, or rows differ in dimension
     */
    public Lesson fit(Map<String, ModelPrior> priors) {
        List<String> models = priors.keySet().stream().sorted().toList();
        List<Row> known =
                rows.stream().filter(row -> priors.containsKey(row.model())).toList();
        if (known.size() < FEWEST) {
            throw new IllegalArgumentException("models of the catalog must have at least " + FEWEST
                    + " verdicts in the log, but have " + known.size() + ": " + verdicts);
        }
        Estimates estimates = estimates(known, priors);
        double[][] quality = new double[models.size()][known.size()];
        double[][] tokens = new double[models.size()][known.size()];
        for (int i = 0; i < known.size(); i++) {
            Forecast forecast = estimates.at(known.get(i).context());
            for (int m = 0; m < models.size(); m++) {
                Prediction expected = forecast.predict(models.get(m), 0);
                quality[m][i] = Math.max(0, Math.min(1, expected.quality()));
                tokens[m][i] = Math.min(WarmOutcomes.MAX_TOKENS, expected.outputTokens());
            }
        }
        List<Features> contexts = known.stream().map(Row::context).toList();
        WarmOutcomes outcomes =
                WarmOutcomes.of(models, contexts, quality, tokens).restingOn(noise(known, models), counts(models));
        WarmModel model = WarmModel.fit(
                WarmKind.LOGISTIC, outcomes, WarmSettings.defaults().withRidge(RIDGE));
        return new Lesson(model, means(known, models, quality));
    }

    private Estimates estimates(List<Row> known, Map<String, ModelPrior> priors) {
        int dimension = known.get(0).context().dimension();
        Map<String, ModelStatistics> sums = new HashMap<>();
        for (Row row : known) {
            ModelStatistics sum = sums.computeIfAbsent(row.model(), missing -> ModelStatistics.empty(dimension));
            sum.apply(row.context(), new Observation.Completed(1, row.outputTokens(), 0));
            sum.apply(row.context(), new Observation.Judged(row.weight(), row.quality()));
        }
        return Estimates.of(dimension, sums, priors, LearnerSettings.defaults());
    }

    /** Variance of true verdicts around the mean of their model. */
    private double noise(List<Row> known, List<String> models) {
        double noise = 0;
        for (String model : models) {
            double[] qualities = known.stream()
                    .filter(row -> row.model().equals(model))
                    .mapToDouble(Row::quality)
                    .toArray();
            double mean = DoubleStream.of(qualities).sum() / Math.max(1, qualities.length);
            noise += DoubleStream.of(qualities)
                            .map(quality -> (quality - mean) * (quality - mean))
                            .sum()
                    / known.size();
        }
        return Math.min(0.25, noise);
    }

    private int[] counts(List<String> models) {
        return models.stream()
                .mapToInt(model -> verdicts.getOrDefault(model, 0))
                .toArray();
    }

    private SortedMap<String, Double> means(List<Row> known, List<String> models, double[][] quality) {
        SortedMap<String, Double> means = new TreeMap<>();
        for (int m = 0; m < models.size(); m++) {
            int count = verdicts.getOrDefault(models.get(m), 0);
            if (count == 0) {
                continue;
            }
            double missed = 0;
            double weight = LearnerSettings.defaults().meanRidge();
            for (int i = 0; i < known.size(); i++) {
                Row row = known.get(i);
                if (row.model().equals(models.get(m))) {
                    double share = (double) count / rows.size();
                    double ratio = row.weight() * Math.min(LARGEST_RATIO, share / row.propensity());
                    missed += ratio * (row.quality() - quality[m][i]);
                    weight += ratio;
                }
            }
            double mean = DoubleStream.of(quality[m]).average().orElseThrow() + missed / weight;
            means.put(models.get(m), Math.max(0, Math.min(1, mean)));
        }
        return means;
    }
}
