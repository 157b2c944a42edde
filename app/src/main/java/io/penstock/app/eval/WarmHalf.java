package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.connector.recorded.RecordedArm;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.learner.Arm;
import io.penstock.learner.Features;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.Objective;
import io.penstock.learner.Policy;
import io.penstock.learner.Prediction;
import io.penstock.learner.warm.WarmForecast;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import io.penstock.learner.warm.WarmOutcomes;
import io.penstock.learner.warm.WarmResiduals;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Prompts to be judged, and what models trained on the outcomes of other prompts say of them. Immutable; predictions are
 * made once, for all lambdas and seeds.
 */
final class WarmHalf {
    private final EvalPool pool;
    private final int[] places;
    private final int trained;
    private final double noise;
    private final List<WarmForecast> forecasts;
    private final Baselines baselines;

    private WarmHalf(
            EvalPool pool, int[] places, int trained, double noise, List<WarmForecast> forecasts, Baselines baselines) {
        this.pool = pool;
        this.places = places;
        this.trained = trained;
        this.noise = noise;
        this.forecasts = forecasts;
        this.baselines = baselines;
    }

    /**
     * Trains and predicts.
     *
     * @param teacher the pool whose outcomes are known
     * @param taught places in it
     * @param teaching features of those
     * @param pool the pool to be judged
     * @param places in it
     * @param contexts features of those
     */
    static WarmHalf of(
            EvalPool teacher,
            int[] taught,
            List<Features> teaching,
            EvalPool pool,
            int[] places,
            List<Features> contexts) {
        WarmOutcomes outcomes = outcomes(teacher, taught, teaching);
        WarmModel warm = WarmModel.fit(WarmKind.JOINT, outcomes);
        List<WarmForecast> forecasts =
                contexts.stream().parallel().map(warm::predict).toList();
        Baselines baselines = Baselines.of(teacher, taught, teaching, outcomes, contexts);
        return new WarmHalf(pool, places, taught.length, noise(outcomes), forecasts, baselines);
    }

    private static WarmOutcomes outcomes(EvalPool teacher, int[] taught, List<Features> teaching) {
        List<String> slugs =
                teacher.outcomes().arms().stream().map(RecordedArm::slug).toList();
        double[][] quality = new double[slugs.size()][taught.length];
        double[][] tokens = new double[slugs.size()][taught.length];
        for (int i = 0; i < taught.length; i++) {
            for (int arm = 0; arm < slugs.size(); arm++) {
                RecordedOutcome outcome = teacher.prompt(taught[i]).outcomes().get(arm);
                quality[arm][i] = outcome.quality();
                tokens[arm][i] = outcome.outputTokens();
            }
        }
        return WarmOutcomes.of(slugs, teaching, quality, tokens);
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

    int size() {
        return places.length;
    }

    double knn(Scoring scoring) {
        return baselines.knn(pool, places, scoring);
    }

    double ridge(Scoring scoring) {
        return baselines.ridge(pool, places, scoring);
    }

    double logistic(Scoring scoring) {
        return baselines.logistic(pool, places, scoring);
    }

    /**
     * One pass over a shuffled order of the prompts.
     *
     * @param learning whether verdicts move the predictions
     */
    Choices run(Policy policy, Objective objective, long seed, EvalSettings settings, boolean learning) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, places.length).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        SplittableRandom draws = new SplittableRandom(seed);
        SplittableRandom losses = new SplittableRandom(~seed);
        WarmResiduals residuals = new WarmResiduals(pool.arms(), trained, noise);
        int[] asked = new int[places.length];
        int[] arms = new int[places.length];
        int judged = 0;
        for (int from = 0; from < asked.length; from += settings.inFlight()) {
            int to = Math.min(asked.length, from + settings.inFlight());
            for (int i = from; i < to; i++) {
                int at = order.get(i);
                asked[i] = places[at];
                arms[i] = policy.choose(arms(at, objective, residuals), draws.nextLong())
                        .index();
                residuals.chosen(arms[i]);
            }
            for (; learning && judged < to - settings.delay(); judged++) {
                if (settings.missing() == 0 || losses.nextDouble() >= settings.missing()) {
                    RecordedPrompt prompt = pool.prompt(asked[judged]);
                    int arm = arms[judged];
                    residuals.judged(
                            arm,
                            forecasts.get(order.get(judged)).quality(arm),
                            prompt.outcomes().get(arm).quality());
                }
            }
        }
        return new Choices(asked, arms);
    }

    private List<Arm> arms(int at, Objective objective, WarmResiduals residuals) {
        WarmForecast forecast = forecasts.get(at);
        List<Arm> arms = new ArrayList<>();
        for (int arm = 0; arm < pool.arms(); arm++) {
            String slug = pool.outcomes().arms().get(arm).slug();
            ModelPrior prior = pool.prior(slug);
            double tokens = forecast.outputTokens(arm);
            double width = residuals.width(arm);
            Prediction prediction = new Prediction(
                    forecast.quality(arm) + residuals.shift(arm),
                    width,
                    width,
                    tokens,
                    prior.latencyMillis(tokens),
                    residuals.evidence(arm));
            long cost = prior.costNanos(pool.inputTokens(places[at]), tokens);
            arms.add(new Arm(slug, prediction, objective.utility(prediction, cost, prior.joules(tokens)), cost));
        }
        return arms;
    }
}
