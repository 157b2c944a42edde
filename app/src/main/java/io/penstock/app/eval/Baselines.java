package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.learner.Features;
import io.penstock.learner.warm.WarmForecast;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import io.penstock.learner.warm.WarmOutcomes;
import io.penstock.learner.warm.WarmSettings;
import java.util.List;

/**
 * What is usually done with full outcomes: predict each model's quality, take the model's mean cost, choose the best; with
 * textbook settings. Immutable.
 */
final class Baselines {
    /** √n neighbours; a weak ridge. */
    private static final WarmSettings TEXTBOOK =
            WarmSettings.defaults().withNeighbours(1).withRidge(0.1);

    private final double[][] knn;
    private final double[][] ridge;
    private final double[][] logistic;
    private final double[] amounts;

    private Baselines(double[][] knn, double[][] ridge, double[][] logistic, double[] amounts) {
        this.knn = knn;
        this.ridge = ridge;
        this.logistic = logistic;
        this.amounts = amounts;
    }

    static Baselines of(
            EvalPool teacher, int[] taught, List<Features> teaching, WarmOutcomes outcomes, List<Features> contexts) {
        return new Baselines(
                predictions(WarmModel.fit(WarmKind.KNN, outcomes, TEXTBOOK), contexts),
                RidgeBaseline.predict(teacher, taught, teaching, contexts),
                predictions(WarmModel.fit(WarmKind.LOGISTIC, outcomes, TEXTBOOK), contexts),
                meanAmounts(teacher, taught));
    }

    private static double[][] predictions(WarmModel model, List<Features> contexts) {
        return contexts.stream()
                .parallel()
                .map(context -> qualities(model.predict(context)))
                .toArray(double[][]::new);
    }

    private static double[] qualities(WarmForecast forecast) {
        double[] qualities = new double[forecast.models()];
        for (int arm = 0; arm < qualities.length; arm++) {
            qualities[arm] = forecast.quality(arm);
        }
        return qualities;
    }

    private static double[] meanAmounts(EvalPool teacher, int[] taught) {
        double[] amounts = new double[teacher.arms()];
        for (int place : taught) {
            for (int arm = 0; arm < amounts.length; arm++) {
                amounts[arm] += teacher.amount(place, arm) / taught.length;
            }
        }
        return amounts;
    }

    double knn(EvalPool pool, int[] places, Scoring scoring) {
        return reward(knn, pool, places, scoring);
    }

    double ridge(EvalPool pool, int[] places, Scoring scoring) {
        return reward(ridge, pool, places, scoring);
    }

    double logistic(EvalPool pool, int[] places, Scoring scoring) {
        return reward(logistic, pool, places, scoring);
    }

    private double reward(double[][] predicted, EvalPool pool, int[] places, Scoring scoring) {
        double sum = 0;
        for (int i = 0; i < places.length; i++) {
            int best = 0;
            for (int arm = 1; arm < amounts.length; arm++) {
                boolean better = scoring.reward(predicted[i][arm], amounts[arm])
                        > scoring.reward(predicted[i][best], amounts[best]);
                best = better ? arm : best;
            }
            sum += scoring.reward(pool.prompt(places[i]), best);
        }
        return sum / places.length;
    }
}
