package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.learner.Features;
import io.penstock.learner.warm.WarmForecast;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import io.penstock.learner.warm.WarmOutcomes;
import io.penstock.learner.warm.WarmSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What is usually done with full outcomes: predict each model's quality, take the model's mean cost, choose the best; with
 * textbook settings. Immutable.
 */
final class Baselines {
    /** √n neighbours; a weak ridge. */
    private static final WarmSettings TEXTBOOK =
            WarmSettings.defaults().withNeighbours(1).withRidge(0.1);

    static final String KNN = "knn";
    static final String RIDGE = "ridge";
    static final String LOGISTIC = "logistic";

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

    static Baselines of(Lesson lesson, List<Features> contexts) {
        WarmOutcomes outcomes = lesson.outcomes();
        return new Baselines(
                predictions(WarmModel.fit(WarmKind.KNN, outcomes, TEXTBOOK), contexts),
                RidgeBaseline.predict(lesson, contexts),
                predictions(WarmModel.fit(WarmKind.LOGISTIC, outcomes, TEXTBOOK), contexts),
                meanAmounts(lesson.pool(), lesson.places()));
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
        return IntStream.range(0, teacher.arms())
                .mapToDouble(arm -> teacher.amount(arm, taught))
                .toArray();
    }

    /** What each baseline chooses, by name. */
    Map<String, Choices> choices(int[] places, Scoring scoring) {
        Map<String, Choices> choices = new LinkedHashMap<>();
        choices.put(KNN, choices(knn, places, scoring));
        choices.put(RIDGE, choices(ridge, places, scoring));
        choices.put(LOGISTIC, choices(logistic, places, scoring));
        return choices;
    }

    private Choices choices(double[][] predicted, int[] places, Scoring scoring) {
        int[] arms = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            int best = 0;
            for (int arm = 1; arm < amounts.length; arm++) {
                boolean better = scoring.reward(predicted[i][arm], amounts[arm])
                        > scoring.reward(predicted[i][best], amounts[best]);
                best = better ? arm : best;
            }
            arms[i] = best;
        }
        return new Choices(places, arms);
    }
}
