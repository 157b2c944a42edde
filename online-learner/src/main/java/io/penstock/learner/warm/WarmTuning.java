package io.penstock.learner.warm;

import io.penstock.learner.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * Settings that follow the training set: every fifth prompt is held out, and a sharper setting than the default is taken if
 * it misses the differences between models there less, by more than {@value #DECISIVE} standard errors of the paired difference of squares.
 * So a set whose prompts decide which model is good is fitted closely, and all others are smoothed, which is what pays where
 * the differences are small.
 */
final class WarmTuning {

    private static final double DECISIVE = 3;
    private static final int FOLDS = 5;
    /** Prompts judged at most; a query of the neighbours is not for free. */
    private static final int MOST_HELD_OUT = 400;

    private static final double[] SHARPER_NEIGHBOURS = {3, 1};
    private static final double[] SHARPER_RIDGES = {2, 0.2};

    private final WarmOutcomes outcomes;
    private final WarmOutcomes taught;
    private final List<Integer> held = new ArrayList<>();

    private WarmTuning(WarmOutcomes outcomes) {
        this.outcomes = outcomes;
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < outcomes.prompts(); i++) {
            if (i % FOLDS == 0 && held.size() < MOST_HELD_OUT) {
                held.add(i);
            } else {
                kept.add(i);
            }
        }
        this.taught = outcomes.only(kept);
    }

    static WarmSettings tune(WarmKind kind, WarmOutcomes outcomes, WarmSettings base) {
        if (outcomes.prompts() < 2 * FOLDS) {
            return base;
        }
        WarmTuning tuning = new WarmTuning(outcomes);
        WarmSettings settings = base;
        if (kind != WarmKind.LOGISTIC) {
            settings = settings.withNeighbours(tuning.sharpest(
                    base.neighbours(), SHARPER_NEIGHBOURS, value -> NearestNeighbours.fit(tuning.taught, value)));
        }
        if (kind != WarmKind.KNN) {
            settings = settings.withRidge(tuning.sharpest(
                    base.ridge(), SHARPER_RIDGES, value -> LogisticRegression.fit(tuning.taught, value)));
        }
        return settings;
    }

    private double sharpest(double base, double[] sharper, DoubleFunction<Predictor> fit) {
        double best = base;
        double[] bestErrors = errors(fit.apply(base));
        for (double value : sharper) {
            double[] errors = errors(fit.apply(value));
            if (value < best && isDecisive(bestErrors, errors)) {
                best = value;
                bestErrors = errors;
            }
        }
        return best;
    }

    /**
     * Variance over the models of what is missed on each prompt held out. What is missed of all models alike, such as how
     * hard the prompt is, does not count, since no choice depends on it.
     */
    private double[] errors(Predictor predictor) {
        int models = outcomes.models().size();
        double[] quality = new double[models];
        double[] tokens = new double[models];
        double[] errors = new double[held.size()];
        for (int h = 0; h < errors.length; h++) {
            int prompt = held.get(h);
            Features context = outcomes.context(prompt);
            predictor.predict(context, quality, tokens);
            double mean = 0;
            for (int m = 0; m < models; m++) {
                quality[m] -= outcomes.quality(m, prompt);
                mean += quality[m] / models;
            }
            for (int m = 0; m < models; m++) {
                errors[h] += (quality[m] - mean) * (quality[m] - mean) / models;
            }
        }
        return errors;
    }

    private static boolean isDecisive(double[] before, double[] after) {
        int n = before.length;
        double mean =
                IntStream.range(0, n).mapToDouble(i -> before[i] - after[i]).sum() / n;
        double variance = IntStream.range(0, n)
                        .mapToDouble(i -> before[i] - after[i] - mean)
                        .map(miss -> miss * miss)
                        .sum()
                / n;
        return mean > DECISIVE * Math.sqrt(variance / n);
    }
}
