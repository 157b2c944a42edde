package io.penstock.app.eval;

import io.penstock.app.replay.ReplayCatalog;
import io.penstock.app.replay.ReplaySession;
import io.penstock.app.replay.Workload;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.event.RoutingProfile;
import io.penstock.learner.Decay;
import io.penstock.learner.Estimates;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.learner.WatchedModel;
import io.penstock.topology.route.OfflineRouter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.utils.Bytes;

/**
 * One pass over one shuffled order, knowing nothing but the cards: the same order, draws, windows and sums as
 * {@code penstock replay --deterministic} with the same seed, so the same choices.
 */
final class ColdPass {
    private final EvalPool pool;
    private final EvalSettings settings;
    private final Workload workload;
    private final OfflineRouter router;
    private final SplittableRandom losses;
    private final Disturbance disturbance;
    private final Map<String, WatchedModel> models = new HashMap<>();
    private final int[] places;
    private final int[] arms;

    private ColdPass(EvalPool pool, EvalSettings settings, double lambda, long seed, Disturbance disturbance) {
        this.disturbance = disturbance;
        this.pool = pool;
        this.settings = settings;
        RecordedOutcomes outcomes = pool.outcomes();
        this.workload = new Workload(outcomes, seed, settings.limit());
        RoutingProfile profile = ReplayCatalog.profile(outcomes, settings.replay(lambda, seed), settings.options());
        Bytes key = Bytes.wrap(HexFormat.of().parseHex(ReplaySession.serverKey(seed)));
        this.router = new OfflineRouter(pool.cards(), profile, key, Workload.TENANT);
        this.losses = new SplittableRandom(seed);
        this.places = new int[workload.size()];
        this.arms = new int[workload.size()];
    }

    static Choices run(EvalPool pool, EvalSettings settings, double lambda, long seed) {
        return run(pool, settings, lambda, seed, Disturbance.NONE);
    }

    static Choices run(EvalPool pool, EvalSettings settings, double lambda, long seed, Disturbance disturbance) {
        return new ColdPass(pool, settings, lambda, seed, disturbance).run();
    }

    private Choices run() {
        int window = settings.inFlight();
        int first = Math.min(settings.aptitude(), places.length - 1);
        for (int i = 0; i < first; i++) {
            tryAll(i);
        }
        int judged = first;
        for (int from = first; from < places.length; from += window) {
            int to = Math.min(places.length, from + window);
            Estimates estimates = Estimates.of(pool.dimension(), sums(), pool.priors(), LearnerSettings.defaults());
            for (int i = from; i < to; i++) {
                decide(i, estimates);
            }
            for (int i = from; i < to; i++) {
                complete(i);
            }
            while (judged < to - settings.delay()) {
                judge(judged++);
            }
        }
        return new Choices(
                Arrays.copyOfRange(places, first, places.length), Arrays.copyOfRange(arms, first, arms.length));
    }

    private void tryAll(int i) {
        places[i] = pool.place(workload.prompt(i));
        for (int arm = 0; arm < pool.arms(); arm++) {
            arms[i] = arm;
            complete(i);
            learn(i, new Observation.Judged(1, outcome(i).quality()));
        }
    }

    private void decide(int i, Estimates estimates) {
        places[i] = pool.place(workload.prompt(i));
        String slug = router.decide(pool.asked(places[i], workload.request(i)), estimates);
        arms[i] = pool.outcomes()
                .arm(slug)
                .orElseThrow(() -> new IllegalStateException("the router chose " + slug + ", which is no arm"));
    }

    private void complete(int i) {
        RecordedOutcome outcome = outcome(i);
        learn(i, new Observation.Completed(1, outcome.outputTokens(), outcome.latencyMs()));
    }

    private void judge(int i) {
        if (settings.missing() == 0 || losses.nextDouble() >= settings.missing()) {
            learn(
                    i,
                    new Observation.Judged(
                            1, disturbance.quality(i, arms[i], outcome(i).quality())));
        }
    }

    private RecordedOutcome outcome(int i) {
        return pool.prompt(places[i]).outcomes().get(arms[i]);
    }

    private void learn(int i, Observation observation) {
        String slug = pool.outcomes().arms().get(arms[i]).slug();
        models.computeIfAbsent(slug, missing -> WatchedModel.empty(pool.dimension(), Decay.NONE))
                .apply(pool.features(places[i]), observation, i);
    }

    private Map<String, ModelStatistics> sums() {
        Map<String, ModelStatistics> sums = new HashMap<>();
        models.forEach((slug, model) -> sums.put(slug, model.statistics()));
        return sums;
    }
}
