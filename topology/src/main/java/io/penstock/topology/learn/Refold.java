package io.penstock.topology.learn;

import io.penstock.event.FeatureVector;
import io.penstock.event.Outcome;
import io.penstock.learner.Decay;
import io.penstock.learner.Features;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.learner.WatchedModel;
import io.penstock.learner.warm.WarmResiduals;
import io.penstock.topology.policy.WarmStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The learned state computed again from nothing but the outcomes, to check the learner against (invariant I3: each
 * outcome moves the state at most once, and none is lost). Kept apart on purpose: it shares no code with the stage but
 * {@link WatchedModel}, has no commits, caches or versions to get wrong, and simply adds up. Not thread-safe.
 */
public final class Refold {
    private final Map<String, WatchedModel> models = new TreeMap<>();
    private final List<String> refused = new ArrayList<>();
    private final Function<String, Decay> decays;

    private final @Nullable WarmStart warm;

    /** Of sums that forget nothing, without a warm model. */
    public Refold() {
        this(key -> Decay.NONE, null);
    }

    /**
     * @param decays how the sums of a policy key forget
     * @param warm the warm model whose residuals are folded too; null = none are
     */
    public Refold(Function<String, Decay> decays, @Nullable WarmStart warm) {
        this.decays = decays;
        this.warm = warm;
    }

    /** Folds the outcomes of one partition, in their order, as if each had been recorded when it was decided. */
    public static Map<String, ModelStatistics> of(int partition, Iterable<Outcome> outcomes) {
        Refold refold = new Refold();
        outcomes.forEach(outcome ->
                refold.add(partition, outcome, outcome.getDecisionTime().toEpochMilli()));
        return refold.sums();
    }

    /**
     * Adds one outcome; one that is not fit to learn from changes nothing and is listed in {@link #refused}.
     *
     * @param recordedAt timestamp of its record, milliseconds
     */
    public void add(int partition, Outcome outcome, long recordedAt) {
        try {
            Optional<Observation> observation = observation(outcome);
            if (observation.isPresent()) {
                teach(partition, outcome, observation.get(), recordedAt);
            }
        } catch (IllegalArgumentException e) {
            refused.add(outcome.getTenant() + '/' + outcome.getRequestId() + ": " + e.getMessage());
        }
    }

    private void teach(int partition, Outcome outcome, Observation observation, long recordedAt) {
        FeatureVector vector = outcome.getFeatures();
        if (vector == null || vector.getDimension() * 4L != vector.getValues().remaining()) {
            throw new IllegalArgumentException("features are missing or have the wrong length");
        }
        Features features = Features.fromBytes(vector.getValues());
        String end = "/" + outcome.getModel() + "/" + partition + "/";
        List<String> keys = outcome.getScopes().stream()
                .filter(scope -> !WarmStart.isResidual(scope))
                .map(scope -> require(scope + end + vector.getExtractor(), features.dimension()))
                .toList();
        long time = Decay.weightTime(outcome.getDecisionTime().toEpochMilli(), recordedAt);
        keys.forEach(key -> model(key, features.dimension()).apply(features, observation, time));
        if (warm != null
                && warm.suits(vector.getExtractor())
                && warm.model().models().contains(outcome.getModel())) {
            int place = warm.model().models().indexOf(outcome.getModel());
            Observation missed = WarmResiduals.observation(
                    observation, warm.model().predict(features).quality(place));
            outcome.getScopes().stream()
                    .filter(warm::isScope)
                    .forEach(scope -> model(scope + end + WarmStart.RESIDUALS, WarmStart.DIMENSION)
                            .apply(WarmResiduals.CONTEXT, missed, time));
        }
    }

    private String require(String key, int dimension) {
        WatchedModel known = models.get(key);
        if (known != null && known.statistics().dimension() != dimension) {
            throw new IllegalArgumentException("features have another dimension than those before");
        }
        return key;
    }

    private WatchedModel model(String key, int dimension) {
        return models.computeIfAbsent(key, missing -> WatchedModel.empty(dimension, decays.apply(key)));
    }

    private static Optional<Observation> observation(Outcome outcome) {
        double weight = outcome.getWeight();
        return switch (outcome.getKind()) {
            case COMPLETED ->
                Optional.of(new Observation.Completed(weight, outcome.getOutputTokens(), outcome.getLatencyMs()));
            case JUDGED -> Optional.of(new Observation.Judged(weight, verdict(outcome.getQuality())));
            case CORRECTED ->
                Optional.of(new Observation.Corrected(
                        weight, verdict(outcome.getReplacedQuality()), verdict(outcome.getQuality())));
            case CENSORED -> Optional.empty();
        };
    }

    private static double verdict(@Nullable Double quality) {
        if (quality == null) {
            throw new IllegalArgumentException("a verdict has no quality");
        }
        return quality;
    }

    /** By policy key (scope/model/shard/extractor), sorted. */
    public Map<String, ModelStatistics> sums() {
        Map<String, ModelStatistics> sums = new TreeMap<>();
        models.forEach((key, model) -> sums.put(key, model.statistics()));
        return sums;
    }

    /** Identity and problem of each outcome that was not fit to learn from. */
    public List<String> refused() {
        return List.copyOf(refused);
    }
}
