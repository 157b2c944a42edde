package io.penstock.app.eval;

import io.penstock.app.replay.Workload;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.learner.Decay;
import io.penstock.learner.Estimates;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.learner.WatchedModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * One pass over one shuffled order with bandit feedback. With the cards: the same order, draws, windows and sums as
 * {@code penstock replay --deterministic} with the same seed, so the same choices.
 */
final class ColdPass {
    private final EvalPool pool;
    private final EvalSettings settings;
    private final Decider decider;
    private final SplittableRandom losses;
    private final Map<String, WatchedModel> models = new HashMap<>();
    /** Numbers in the workload, in the order the requests come. */
    private final int[] requests;

    private final int[] places;
    private final int[] arms;
    private final boolean[] judged;
    private Disturbance disturbance = Disturbance.NONE;
    /** Decisions that were learned before the first of its own; time is counted in decisions. */
    private long before;

    private ColdPass(
            EvalPool pool, EvalSettings settings, Workload workload, Decider decider, IntPredicate asked, long seed) {
        this.pool = pool;
        this.settings = settings;
        this.decider = decider;
        this.losses = new SplittableRandom(seed);
        this.requests = IntStream.range(0, workload.size())
                .filter(request -> asked.test(pool.place(workload.prompt(request))))
                .toArray();
        this.places = IntStream.of(requests)
                .map(request -> pool.place(workload.prompt(request)))
                .toArray();
        this.arms = new int[requests.length];
        this.judged = new boolean[requests.length];
    }

    /** The router as it starts: it knows the cards. */
    static Choices run(EvalPool pool, EvalSettings settings, double lambda, long seed) {
        return run(pool, settings, lambda, seed, Disturbance.NONE);
    }

    static Choices run(EvalPool pool, EvalSettings settings, double lambda, long seed, Disturbance disturbance) {
        Workload workload = new Workload(pool.outcomes(), seed, settings.limit());
        ColdPass pass = withCards(pool, settings, workload, place -> true, lambda, seed);
        pass.disturbance = disturbance;
        return pass.run();
    }

    /** The same without cards. */
    static Choices runBlind(EvalPool pool, EvalSettings settings, double lambda, long seed) {
        Workload workload = new Workload(pool.outcomes(), seed, settings.limit());
        BlindDecider decider = new BlindDecider(pool, settings, lambda, seed);
        return new ColdPass(pool, settings.unprobed(), workload, decider, place -> true, seed).run();
    }

    /**
     * The router routes some prompts; then others from what its own log says of the first, seen through other features,
     * learning on.
     *
     * @param seen the pool with the features of the second part
     * @param logged whether the prompt at a place is of the first part
     * @return the choices of the second part
     */
    static Choices runAfterLog(
            EvalPool pool, EvalPool seen, EvalSettings settings, IntPredicate logged, double lambda, long seed) {
        EvalSettings unprobed = settings.unprobed();
        Workload workload = new Workload(pool.outcomes(), seed, settings.limit());
        ColdPass first = withCards(pool, unprobed, workload, logged, lambda, seed);
        first.run();
        ColdPass second = withCards(seen, unprobed, workload, logged.negate(), lambda, seed);
        second.read(first);
        return second.run();
    }

    private static ColdPass withCards(
            EvalPool pool, EvalSettings settings, Workload workload, IntPredicate asked, double lambda, long seed) {
        Decider decider = new CardDecider(pool, workload, settings, lambda, seed);
        return new ColdPass(pool, settings, workload, decider, asked, seed);
    }

    private Choices run() {
        int window = settings.inFlight();
        int first = Math.min(settings.aptitude(), places.length - 1);
        for (int i = 0; i < first; i++) {
            tryAll(i);
        }
        int next = first;
        for (int from = first; from < places.length; from += window) {
            int to = Math.min(places.length, from + window);
            Estimates estimates = Estimates.of(pool.dimension(), sums(), decider.priors(), LearnerSettings.defaults());
            for (int i = from; i < to; i++) {
                arms[i] = decider.choose(requests[i], places[i], estimates);
            }
            for (int i = from; i < to; i++) {
                complete(i);
            }
            while (next < to - settings.delay()) {
                judge(next++);
            }
        }
        return new Choices(
                Arrays.copyOfRange(places, first, places.length), Arrays.copyOfRange(arms, first, arms.length));
    }

    private void tryAll(int i) {
        for (int arm = 0; arm < pool.arms(); arm++) {
            arms[i] = arm;
            complete(i);
            verdict(i);
        }
    }

    private void complete(int i) {
        RecordedOutcome outcome = outcome(i);
        decider.completed(arms[i], pool.amount(places[i], arms[i]));
        learn(i, new Observation.Completed(1, outcome.outputTokens(), outcome.latencyMs()));
    }

    private void judge(int i) {
        if (settings.missing() == 0 || losses.nextDouble() >= settings.missing()) {
            verdict(i);
        }
    }

    private void verdict(int i) {
        judged[i] = true;
        double quality = disturbance.quality(i, arms[i], outcome(i).quality());
        learn(i, new Observation.Judged(1, quality));
    }

    /** Learns what another pass chose and was told. */
    private void read(ColdPass log) {
        for (int i = 0; i < log.places.length; i++) {
            RecordedOutcome outcome = log.outcome(i);
            learn(
                    log.places[i],
                    log.arms[i],
                    new Observation.Completed(1, outcome.outputTokens(), outcome.latencyMs()),
                    i);
            if (log.judged[i]) {
                learn(log.places[i], log.arms[i], new Observation.Judged(1, outcome.quality()), i);
            }
        }
        before = log.places.length;
    }

    private RecordedOutcome outcome(int i) {
        return pool.prompt(places[i]).outcomes().get(arms[i]);
    }

    private void learn(int i, Observation observation) {
        learn(places[i], arms[i], observation, before + i);
    }

    private void learn(int place, int arm, Observation observation, long time) {
        String slug = pool.outcomes().arms().get(arm).slug();
        models.computeIfAbsent(slug, missing -> WatchedModel.empty(pool.dimension(), Decay.NONE))
                .apply(pool.features(place), observation, time);
    }

    private Map<String, ModelStatistics> sums() {
        Map<String, ModelStatistics> sums = new HashMap<>();
        models.forEach((slug, model) -> sums.put(slug, model.statistics()));
        return sums;
    }
}
