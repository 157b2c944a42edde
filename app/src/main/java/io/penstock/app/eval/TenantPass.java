package io.penstock.app.eval;

import io.penstock.app.replay.Workload;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.learner.Decay;
import io.penstock.learner.Estimates;
import io.penstock.learner.LayerFit;
import io.penstock.learner.LayerSums;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.learner.WatchedModel;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One pass over one shuffled order of requests of several tenants, with bandit feedback, in windows as {@link ColdPass}. */
final class TenantPass {

    /** What a tenant learns from. */
    enum Sharing {
        /** Its own requests alone. */
        ISOLATED,
        /** Those of all. */
        GROUP,
        /** Those of all, and in a layer of its own where it differs. */
        LAYERED
    }

    private final EvalPool pool;
    private final EvalSettings settings;
    private final Sharing sharing;
    private final CardDecider decider;
    private final int[] places;
    private final int[] owners;
    private final int[] arms;
    private final Map<Integer, Scope> scopes = new HashMap<>();
    private final Map<Integer, Map<String, LayerSums>> layers = new HashMap<>();

    /** The sums of one scope, and their last fit. */
    private static final class Scope {
        private final Map<String, WatchedModel> models = new HashMap<>();
        private @Nullable Estimates fit;
    }

    /** @param ownerOfPlace the tenant of each prompt of the pool */
    TenantPass(
            EvalPool pool,
            EvalSettings settings,
            Workload workload,
            int[] ownerOfPlace,
            Sharing sharing,
            CardDecider decider) {
        this.pool = pool;
        this.settings = settings;
        this.sharing = sharing;
        this.decider = decider;
        this.places = new int[workload.size()];
        this.owners = new int[places.length];
        this.arms = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = pool.place(workload.prompt(i));
            owners[i] = ownerOfPlace[places[i]];
        }
    }

    Choices run() {
        int window = settings.inFlight();
        for (int from = 0; from < places.length; from += window) {
            int to = Math.min(places.length, from + window);
            Map<Integer, LayerFit> fitted = new HashMap<>();
            for (int i = from; i < to; i++) {
                arms[i] = decider.choose(i, places[i], fit(scope(owners[i])), layer(owners[i], fitted));
            }
            for (int i = from; i < to; i++) {
                learn(i);
            }
        }
        return new Choices(places, arms);
    }

    private Scope scope(int owner) {
        return scopes.computeIfAbsent(sharing == Sharing.ISOLATED ? owner : 0, missing -> new Scope());
    }

    private Estimates fit(Scope scope) {
        Estimates known = scope.fit;
        if (known == null) {
            Map<String, ModelStatistics> sums = new HashMap<>();
            scope.models.forEach((slug, model) -> sums.put(slug, model.statistics()));
            known = Estimates.of(pool.dimension(), sums, decider.priors(), LearnerSettings.defaults());
            scope.fit = known;
        }
        return known;
    }

    private @Nullable LayerFit layer(int owner, Map<Integer, LayerFit> fitted) {
        if (sharing != Sharing.LAYERED) {
            return null;
        }
        return fitted.computeIfAbsent(
                owner, missing -> LayerFit.of(fit(scope(owner)), layers.getOrDefault(owner, Map.of())));
    }

    private void learn(int i) {
        RecordedOutcome outcome = pool.prompt(places[i]).outcomes().get(arms[i]);
        String slug = pool.outcomes().arms().get(arms[i]).slug();
        Scope scope = scope(owners[i]);
        scope.fit = null;
        WatchedModel model =
                scope.models.computeIfAbsent(slug, missing -> WatchedModel.empty(pool.dimension(), Decay.NONE));
        Observation verdict = new Observation.Judged(1, outcome.quality());
        model.apply(
                pool.features(places[i]), new Observation.Completed(1, outcome.outputTokens(), outcome.latencyMs()), i);
        model.apply(pool.features(places[i]), verdict, i);
        if (sharing == Sharing.LAYERED) {
            layers.computeIfAbsent(owners[i], missing -> new HashMap<>())
                    .computeIfAbsent(slug, missing -> LayerSums.empty(pool.dimension()))
                    .apply(pool.features(places[i]), verdict, i, model.changedAt());
        }
    }
}
