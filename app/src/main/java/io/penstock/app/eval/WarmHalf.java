package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.learner.Arm;
import io.penstock.learner.Features;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Objective;
import io.penstock.learner.Observation;
import io.penstock.learner.Policy;
import io.penstock.learner.Prediction;
import io.penstock.learner.Tally;
import io.penstock.learner.warm.WarmForecast;
import io.penstock.learner.warm.WarmResiduals;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Prompts to be judged, and what models trained on the outcomes of other prompts say of them. Immutable; predictions are
 * made once, for all lambdas and seeds.
 */
final class WarmHalf {
    private static final Tally NO_VERDICTS =
            new Tally(0, 0, LearnerSettings.defaults().pooledMean());

    private final EvalPool pool;
    private final int[] places;
    private final WarmForecasts forecasts;
    private final Baselines baselines;
    private final Lesson lesson;

    private WarmHalf(WarmForecasts forecasts, Baselines baselines, Lesson lesson) {
        this.pool = forecasts.pool();
        this.places = forecasts.places();
        this.forecasts = forecasts;
        this.baselines = baselines;
        this.lesson = lesson;
    }

    /**
     * Trains and predicts.
     *
     * @param pool the pool to be judged
     * @param places in it
     * @param contexts features of those, of the same kind as the lesson's
     */
    static WarmHalf of(Lesson lesson, EvalPool pool, int[] places, List<Features> contexts) {
        WarmForecasts forecasts = WarmForecasts.of(lesson, pool, places, contexts);
        return new WarmHalf(forecasts, Baselines.of(lesson, contexts), lesson);
    }

    WarmForecasts forecasts() {
        return forecasts;
    }

    /** Trains three more times, on parts of the lesson. */
    QualityMatch match() {
        return QualityMatch.of(lesson, forecasts);
    }

    int size() {
        return places.length;
    }

    /** What the baselines choose, by name. */
    Map<String, Choices> baselines(Scoring scoring) {
        return baselines.choices(places, scoring);
    }

    /** Positions among the prompts, in the order of one pass. */
    static List<Integer> order(int size, long seed) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        return order;
    }

    /**
     * One pass over a shuffled order of the prompts.
     *
     * @param learning whether verdicts move the predictions
     */
    Choices run(Policy policy, Objective objective, long seed, EvalSettings settings, boolean learning) {
        List<Integer> order = order(places.length, seed);
        SplittableRandom draws = new SplittableRandom(seed);
        SplittableRandom losses = new SplittableRandom(~seed);
        Map<String, ModelStatistics> sums = new HashMap<>();
        int[] asked = new int[places.length];
        int[] arms = new int[places.length];
        List<Tally> tallies = new ArrayList<>(Collections.nCopies(pool.arms(), NO_VERDICTS));
        int judged = 0;
        for (int from = 0; from < asked.length; from += settings.inFlight()) {
            int to = Math.min(asked.length, from + settings.inFlight());
            Known known = new Known(WarmResiduals.of(forecasts.model(), sums), List.copyOf(tallies));
            for (int i = from; i < to; i++) {
                int at = order.get(i);
                asked[i] = places[at];
                arms[i] = policy.choose(arms(at, objective, known), draws.nextLong())
                        .index();
            }
            for (int i = from; i < to; i++) {
                RecordedOutcome outcome = pool.prompt(asked[i]).outcomes().get(arms[i]);
                learn(
                        sums,
                        order.get(i),
                        arms[i],
                        new Observation.Completed(1, outcome.outputTokens(), outcome.latencyMs()));
            }
            for (; learning && judged < to - settings.delay(); judged++) {
                if (settings.missing() == 0 || losses.nextDouble() >= settings.missing()) {
                    int arm = arms[judged];
                    double quality =
                            pool.prompt(asked[judged]).outcomes().get(arm).quality();
                    learn(sums, order.get(judged), arm, new Observation.Judged(1, quality));
                    tallies.set(arm, with(tallies.get(arm), quality));
                }
            }
        }
        return new Choices(asked, arms);
    }

    /** What a pass has learned so far; policies without a context go by plain tallies. */
    private record Known(WarmResiduals residuals, List<Tally> tallies) {}

    private static Tally with(Tally tally, double quality) {
        double count = tally.count() + 1;
        return Tally.clamped(count, tally.mean() + (quality - tally.mean()) / count, tally.prior());
    }

    private void learn(Map<String, ModelStatistics> sums, int at, int arm, Observation observation) {
        sums.computeIfAbsent(
                        forecasts.model().models().get(arm),
                        missing -> ModelStatistics.empty(WarmResiduals.CONTEXT.dimension()))
                .apply(
                        WarmResiduals.CONTEXT,
                        WarmResiduals.observation(observation, forecasts.at(at).quality(arm)));
    }

    private List<Arm> arms(int at, Objective objective, Known known) {
        WarmForecast forecast = forecasts.at(at);
        List<Arm> arms = new ArrayList<>();
        for (int arm = 0; arm < pool.arms(); arm++) {
            String slug = pool.outcomes().arms().get(arm).slug();
            ModelPrior prior = pool.prior(slug);
            double tokens = forecast.outputTokens(arm);
            double width = known.residuals().width(arm, 0);
            Prediction prediction = new Prediction(
                    forecast.quality(arm) + known.residuals().shift(arm),
                    width,
                    width,
                    tokens,
                    prior.latencyMillis(tokens),
                    known.residuals().evidence(arm, 0),
                    known.tallies().get(arm));
            long cost = prior.costNanos(pool.inputTokens(places[at]), tokens);
            arms.add(new Arm(slug, prediction, objective.utility(prediction, cost, prior.joules(tokens)), cost));
        }
        return arms;
    }
}
