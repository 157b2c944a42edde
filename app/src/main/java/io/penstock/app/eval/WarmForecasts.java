package io.penstock.app.eval;

import io.penstock.learner.Features;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.warm.WarmForecast;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import java.util.ArrayList;
import java.util.List;

/** What a model trained on the full outcomes of some prompts says of others. Immutable. */
final class WarmForecasts {
    private static final double NANOS_PER_USD = 1e9;

    private final EvalPool pool;
    private final int[] places;
    private final WarmModel model;
    private final List<WarmForecast> forecasts;

    private WarmForecasts(EvalPool pool, int[] places, WarmModel model, List<WarmForecast> forecasts) {
        this.pool = pool;
        this.places = places;
        this.model = model;
        this.forecasts = forecasts;
    }

    /** Trains on a lesson, and predicts for prompts of a pool with these contexts. */
    static WarmForecasts of(Lesson lesson, EvalPool pool, int[] places, List<Features> contexts) {
        WarmModel warm = WarmModel.fit(WarmKind.JOINT, lesson.outcomes());
        List<WarmForecast> forecasts =
                contexts.stream().parallel().map(warm::predict).toList();
        return new WarmForecasts(pool, places, warm, forecasts);
    }

    EvalPool pool() {
        return pool;
    }

    int[] places() {
        return places;
    }

    WarmModel model() {
        return model;
    }

    WarmForecast at(int i) {
        return forecasts.get(i);
    }

    /** What an arm is expected to take on the i-th prompt, in the objective's unit. */
    double amount(int i, int arm) {
        ModelPrior prior = pool.prior(pool.outcomes().arms().get(arm).slug());
        double tokens = forecasts.get(i).outputTokens(arm);
        return switch (pool.outcomes().objective()) {
            case COST_USD -> prior.costNanos(pool.inputTokens(places[i]), tokens) / NANOS_PER_USD;
            case LATENCY_MS -> prior.latencyMillis(tokens);
            case ENERGY_J -> prior.joules(tokens);
        };
    }

    /** Where each weight of the amount leads when the best prediction is played. */
    List<Frontier.Point> points(double[] lambdas) {
        List<Frontier.Point> points = new ArrayList<>();
        for (double lambda : lambdas) {
            points.add(point(lambda));
        }
        return points;
    }

    Frontier.Point point(double lambda) {
        double reference = pool.outcomes().reference();
        int[] arms = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            double top = Double.NEGATIVE_INFINITY;
            for (int arm = 0; arm < pool.arms(); arm++) {
                double score = forecasts.get(i).quality(arm) - lambda * amount(i, arm) / reference;
                if (score > top) {
                    top = score;
                    arms[i] = arm;
                }
            }
        }
        Choices choices = new Choices(places, arms);
        return new Frontier.Point(choices.amount(pool), choices.quality(pool));
    }
}
