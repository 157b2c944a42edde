package io.penstock.app.eval;

import io.penstock.learner.Features;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.warm.WarmForecast;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import io.penstock.learner.warm.WarmOutcomes;
import java.util.ArrayList;
import java.util.List;

/** What a model trained on the full outcomes of some prompts says of others. Immutable. */
final class WarmForecasts {
    private static final double NANOS_PER_USD = 1e9;

    private final EvalPool pool;
    private final int[] places;
    private final int trained;
    private final double noise;
    private final List<WarmForecast> forecasts;

    private WarmForecasts(EvalPool pool, int[] places, int trained, double noise, List<WarmForecast> forecasts) {
        this.pool = pool;
        this.places = places;
        this.trained = trained;
        this.noise = noise;
        this.forecasts = forecasts;
    }

    /** Trains on a lesson, and predicts for prompts of a pool with these contexts. */
    static WarmForecasts of(Lesson lesson, EvalPool pool, int[] places, List<Features> contexts) {
        WarmOutcomes outcomes = lesson.outcomes();
        WarmModel warm = WarmModel.fit(WarmKind.BLEND, outcomes);
        List<WarmForecast> forecasts =
                contexts.stream().parallel().map(warm::predict).toList();
        return new WarmForecasts(pool, places, lesson.places().length, noise(outcomes), forecasts);
    }

    /** Mean over the models of the variance of their quality. */
    private static double noise(WarmOutcomes outcomes) {
        double sum = 0;
        int models = outcomes.models().size();
        int prompts = outcomes.prompts();
        for (int model = 0; model < models; model++) {
            double mean = 0;
            double squares = 0;
            for (int i = 0; i < prompts; i++) {
                double quality = outcomes.quality(model, i);
                mean += quality / prompts;
                squares += quality * quality / prompts;
            }
            sum += Math.max(0, squares - mean * mean) / models;
        }
        return sum;
    }

    EvalPool pool() {
        return pool;
    }

    int[] places() {
        return places;
    }

    /** How many prompts it was trained on. */
    int trained() {
        return trained;
    }

    double noise() {
        return noise;
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
