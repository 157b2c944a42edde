package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.connector.recorded.RecordedArm;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.event.InferenceRequest;
import io.penstock.event.ModelCard;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureVector;
import io.penstock.feature.Prompt;
import io.penstock.learner.Features;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.Objective;
import io.penstock.topology.catalog.Catalog;
import io.penstock.topology.route.OfflineRouter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A pool with everything that does not change between passes: features, signals, cards, priors. Immutable. */
final class EvalPool {
    private static final double NANOS_PER_USD = 1e9;

    private final RecordedOutcomes outcomes;
    private final Map<String, Integer> placeById = new HashMap<>();
    private final List<OfflineRouter.Asked> asked;
    private final List<Features> features;
    private final Map<String, ModelPrior> priors = new TreeMap<>();

    EvalPool(RecordedOutcomes outcomes, FeatureExtractor extractor) {
        this.outcomes = outcomes;
        List<RecordedPrompt> prompts = outcomes.prompts();
        for (int i = 0; i < prompts.size(); i++) {
            placeById.put(prompts.get(i).id(), i);
        }
        this.asked = IntStream.range(0, prompts.size())
                .parallel()
                .mapToObj(i -> read(prompts.get(i), extractor))
                .toList();
        this.features = asked.stream()
                .map(one -> Features.of(one.features().toFloats()))
                .toList();
        for (ModelCard card : cards()) {
            priors.put(card.getSlug(), Catalog.prior(card));
        }
    }

    private EvalPool(EvalPool pool, List<Features> features) {
        this.outcomes = pool.outcomes;
        this.placeById.putAll(pool.placeById);
        this.asked = IntStream.range(0, features.size())
                .mapToObj(place -> withFeatures(pool.asked.get(place), features.get(place)))
                .toList();
        this.features = features;
        this.priors.putAll(pool.priors);
    }

    private static OfflineRouter.Asked withFeatures(OfflineRouter.Asked asked, Features features) {
        FeatureVector vector = FeatureVector.fromBytes(features.toBytes());
        return new OfflineRouter.Asked(asked.request(), vector, asked.signals(), asked.inputTokens());
    }

    /** The same prompts under other features, one a place. */
    EvalPool seenAs(List<Features> others) {
        return new EvalPool(this, others);
    }

    private static OfflineRouter.Asked read(RecordedPrompt prompt, FeatureExtractor extractor) {
        FeatureVector vector =
                extractor.extract(List.of(Prompt.of(prompt.text()))).get(0);
        InferenceRequest request =
                InferenceRequest.newBuilder().setPrompt(prompt.text()).build();
        return OfflineRouter.read(request, vector);
    }

    RecordedOutcomes outcomes() {
        return outcomes;
    }

    int size() {
        return outcomes.prompts().size();
    }

    int arms() {
        return outcomes.arms().size();
    }

    List<ModelCard> cards() {
        return outcomes.arms().stream().map(RecordedArm::card).toList();
    }

    Map<String, ModelPrior> priors() {
        return priors;
    }

    ModelPrior prior(String slug) {
        ModelPrior prior = priors.get(slug);
        if (prior == null) {
            throw new IllegalArgumentException("pool " + outcomes.pool() + " has no arm " + slug);
        }
        return prior;
    }

    /** As a replay's profile weighs it. */
    Objective objective(double lambda) {
        double reference = Math.max(Double.MIN_NORMAL, outcomes.reference());
        return switch (outcomes.objective()) {
            case COST_USD -> Objective.qualityAndCost(lambda, reference * NANOS_PER_USD);
            case LATENCY_MS -> new Objective(1, 0, lambda, 0, 1, reference, 1);
            case ENERGY_J -> new Objective(1, 0, 0, lambda, 1, 1, reference);
        };
    }

    RecordedPrompt prompt(int place) {
        return outcomes.prompts().get(place);
    }

    /** What the arm took on the prompt, in the objective's unit. */
    double amount(int place, int arm) {
        return outcomes.objective().of(prompt(place).outcomes().get(arm));
    }

    int place(RecordedPrompt prompt) {
        Integer place = placeById.get(prompt.id());
        if (place == null) {
            throw new IllegalArgumentException("prompt " + prompt.id() + " is not of pool " + outcomes.pool());
        }
        return place;
    }

    int dimension() {
        return features.get(0).dimension();
    }

    Features features(int place) {
        return features.get(place);
    }

    List<Features> features(int[] places) {
        return IntStream.of(places).mapToObj(features::get).toList();
    }

    int inputTokens(int place) {
        return asked.get(place).inputTokens();
    }

    /** The request of one pass, with what is known of its prompt. */
    OfflineRouter.Asked asked(int place, InferenceRequest request) {
        OfflineRouter.Asked known = asked.get(place);
        return new OfflineRouter.Asked(request, known.features(), known.signals(), known.inputTokens());
    }

    /** The reward of the best arm of a prompt. */
    double best(int place, Scoring scoring) {
        double top = Double.NEGATIVE_INFINITY;
        for (int arm = 0; arm < arms(); arm++) {
            top = Math.max(top, scoring.reward(prompt(place), arm));
        }
        return top;
    }

    /** Mean reward of always one arm over some prompts. */
    double fixed(int arm, int[] places, Scoring scoring) {
        double sum = 0;
        for (int place : places) {
            sum += scoring.reward(prompt(place), arm);
        }
        return sum / places.length;
    }

    /** Mean quality of always one arm over some prompts. */
    double quality(int arm, int[] places) {
        double sum = 0;
        for (int place : places) {
            sum += prompt(place).outcomes().get(arm).quality();
        }
        return sum / places.length;
    }

    /** Mean amount of always one arm over some prompts. */
    double amount(int arm, int[] places) {
        double sum = 0;
        for (int place : places) {
            sum += amount(place, arm);
        }
        return sum / places.length;
    }

    int[] places() {
        return IntStream.range(0, size()).toArray();
    }
}
