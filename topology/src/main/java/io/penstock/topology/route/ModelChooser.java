package io.penstock.topology.route;

import io.penstock.event.Candidate;
import io.penstock.event.Constraints;
import io.penstock.event.LatencyReference;
import io.penstock.event.ModelCard;
import io.penstock.event.Rule;
import io.penstock.learner.Arm;
import io.penstock.learner.Choice;
import io.penstock.learner.Features;
import io.penstock.learner.Objective;
import io.penstock.learner.Policies;
import io.penstock.learner.Policy;
import io.penstock.learner.Prediction;
import io.penstock.learner.Utility;
import io.penstock.schema.Money;
import io.penstock.topology.catalog.ModelEntry;
import io.penstock.topology.money.Allowance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Filter → score → pick for one attempt. Pure: the same arguments give the same selection. Every candidate ends up in the
 * decision, with the filter that dropped it or with every part of its score.
 */
final class ModelChooser {
    static final String NO_ACTIVE_MODEL = "no_active_model";
    static final String NO_CANDIDATE = "no_candidate";

    /** Some model would do, but none of those can be called now. */
    static final String NO_AVAILABLE_MODEL = "no_available_model";

    private static final Policy CHEAPEST = Policies.byName("cheapest", Map.of());

    /** A decision must stay readable, and below its topic's limit, however many models there are. */
    private static final int MAX_DROPPED_RECORDED = 200;

    /**
     * What the scores rest on.
     *
     * @param beliefs what is expected of every model of the catalog
     * @param first what is expected before any answer was passed over; null where none was
     * @param objective weights and reference constants
     * @param policy turns scores into a draw
     * @param pending observations on their way, by model
     * @param load factor on the predicted latency, by model; 1 = idle
     * @param breaker why a model cannot be called now; null if it can
     * @param fallback used when the filters leave nothing
     * @param allowance what the budget covers; null = no budget pays
     * @param variants tried beside the policy
     */
    record Basis(
            Beliefs beliefs,
            @Nullable Beliefs first,
            Objective objective,
            Policy policy,
            ToDoubleFunction<String> pending,
            ToDoubleFunction<String> load,
            Function<String, @Nullable String> breaker,
            @Nullable String fallback,
            @Nullable Allowance allowance,
            List<Trials.Variant> variants) {}

    private final RouteRequest request;
    private final Basis basis;
    private final @Nullable Rule rule;
    private final Beliefs.At expected;
    private final Beliefs.@Nullable At first;
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<Arm> arms = new ArrayList<>();
    private final List<ModelCard> cards = new ArrayList<>();
    private final List<Candidate> scored = new ArrayList<>();
    private final Map<String, Integer> dropped = new TreeMap<>();
    private int droppedRecorded;
    private double floor = Double.NEGATIVE_INFINITY;
    private String floorModel = "";
    private Selection.Shortage shortage = Selection.Shortage.NONE;

    private ModelChooser(RouteRequest request, Basis basis, @Nullable Rule rule) {
        this.request = request;
        this.basis = basis;
        this.rule = rule;
        Features features = Features.of(request.features().toFloats());
        this.expected = basis.beliefs.at(features);
        this.first = basis.first == null ? null : basis.first.at(features);
    }

    static Selection choose(
            RouteRequest request, Collection<ModelEntry> models, Basis basis, @Nullable Rule rule, long seed) {
        ModelChooser chooser = new ModelChooser(request, basis, rule);
        chooser.setFloor(models);
        for (ModelEntry model : models) {
            chooser.consider(model);
        }
        return chooser.arms.isEmpty() ? chooser.fallBack(models, seed) : chooser.pick(seed);
    }

    /** After an answer that was passed over, only what promises more is worth another call. */
    private void setFloor(Collection<ModelEntry> models) {
        for (ModelEntry model : models) {
            if (first != null && request.unsure().contains(model.card().getSlug())) {
                double quality = first.predict(model.card().getSlug(), 0, 0).quality();
                if (quality > floor) {
                    floor = quality;
                    floorModel = model.card().getSlug();
                }
            }
        }
    }

    private void consider(ModelEntry model) {
        Filters.Objection objection = Filters.objection(request, model, rule);
        if (objection == null) {
            if (!isOff(model.card()) && !tooDear(model.card())) {
                score(model.card(), true);
            }
        } else {
            drop(new Candidate(), model.card().getSlug(), objection.filter(), objection.detail());
        }
    }

    private boolean isOff(ModelCard card) {
        String detail = basis.breaker.apply(card.getSlug());
        if (detail != null) {
            drop(new Candidate(), card.getSlug(), Filters.BREAKER, detail);
        }
        return detail != null;
    }

    /** The filter of money, which must know the worst case. */
    private boolean tooDear(ModelCard card) {
        Allowance allowance = basis.allowance;
        long worst = worst(card);
        String filter = allowance == null ? null : allowance.filter(worst);
        if (allowance == null || filter == null) {
            return false;
        }
        shortage = filter.equals(Allowance.OWNER_FILTER) ? shortage.and(worst) : shortage.andSession();
        drop(new Candidate(), card.getSlug(), filter, allowance.detail(filter, worst));
        return true;
    }

    private long worst(ModelCard card) {
        return basis.allowance == null
                ? request.worstCostNanos(card)
                : request.worstCostNanos(card, basis.allowance.inputBound());
    }

    private void score(ModelCard card, boolean constrained) {
        Arm arm = arm(card, expected);
        Prediction prediction = arm.prediction();
        Candidate candidate = candidate(arm.model(), prediction, arm.utility());
        candidate.setPredictedCostNanos(arm.costNanos());
        candidate.setPredictedEnergyJoules(joules(card, prediction));
        if (constrained && objectsToPrediction(candidate, prediction)) {
            return;
        }
        candidates.add(candidate);
        scored.add(candidate);
        arms.add(arm);
        cards.add(card);
    }

    private static double joules(ModelCard card, Prediction prediction) {
        return card.getEnergyJoulesPerOutputToken() == null
                ? 0
                : card.getEnergyJoulesPerOutputToken() * prediction.outputTokens();
    }

    private Arm arm(ModelCard card, Beliefs.At beliefs) {
        String model = card.getSlug();
        LatencyReference line = card.getLatencyReference();
        Prediction learned = beliefs.predict(
                model, basis.pending.applyAsDouble(model), line == null ? 0 : line.getMsPerOutputToken());
        Prediction prediction = new Prediction(
                learned.quality(),
                learned.width(),
                learned.meanWidth(),
                Math.min(learned.outputTokens(), request.maxOutputTokens(card)),
                learned.latencyMillis() * basis.load.applyAsDouble(model),
                learned.evidence(),
                learned.tally());
        long cost = Money.costNanos(
                request.inputTokens(),
                Math.round(prediction.outputTokens()),
                card.getInputNanosPerMillionTokens(),
                card.getOutputNanosPerMillionTokens());
        return new Arm(model, prediction, basis.objective.utility(prediction, cost, joules(card, prediction)), cost);
    }

    private boolean objectsToPrediction(Candidate candidate, Prediction prediction) {
        Constraints constraints = request.constraints();
        if (constraints != null
                && constraints.getMinQuality() != null
                && prediction.quality() < constraints.getMinQuality()) {
            drop(
                    candidate,
                    candidate.getModel(),
                    Filters.MIN_QUALITY,
                    "predicted below " + constraints.getMinQuality());
            return true;
        }
        if (first != null && first.predict(candidate.getModel(), 0, 0).quality() <= floor) {
            drop(candidate, candidate.getModel(), Filters.ESCALATION, "not expected to be better than " + floorModel);
            return true;
        }
        long left = request.expiresAt() - request.now();
        if (prediction.latencyMillis() > left) {
            drop(candidate, candidate.getModel(), Filters.DEADLINE, "predicted to take longer than " + left + " ms");
            return true;
        }
        return false;
    }

    private void drop(Candidate candidate, String model, String filter, @Nullable String detail) {
        dropped.merge(filter, 1, Integer::sum);
        if (droppedRecorded++ < MAX_DROPPED_RECORDED) {
            candidate.setModel(model);
            candidate.setFilter(filter);
            candidate.setFilterDetail(detail);
            candidates.add(candidate);
        }
    }

    private static Candidate candidate(String model, Prediction prediction, Utility utility) {
        Candidate candidate = new Candidate();
        candidate.setModel(model);
        candidate.setPredictedQuality(prediction.quality());
        candidate.setQualityWidth(prediction.width());
        candidate.setMeanWidth(prediction.meanWidth());
        candidate.setEvidence(prediction.evidence());
        candidate.setVerdicts(prediction.tally().count());
        candidate.setVerdictMean(prediction.tally().mean());
        candidate.setVerdictPrior(prediction.tally().prior());
        candidate.setPredictedOutputTokens(prediction.outputTokens());
        candidate.setPredictedLatencyMs(prediction.latencyMillis());
        candidate.setQualityScore(utility.quality());
        candidate.setCostScore(utility.cost());
        candidate.setLatencyScore(utility.latency());
        candidate.setEnergyScore(utility.energy());
        candidate.setUtility(utility.total());
        return candidate;
    }

    private Selection fallBack(Collection<ModelEntry> models, long seed) {
        for (ModelEntry model : models) {
            if (model.card().getSlug().equals(basis.fallback) && mayFallBackTo(model)) {
                candidates.removeIf(candidate -> candidate.getModel().equals(basis.fallback));
                score(model.card(), false);
                return pick(seed);
            }
        }
        boolean anyActive = models.stream().anyMatch(ModelEntry::isRoutable);
        String reason = dropped.containsKey(Filters.BREAKER) ? NO_AVAILABLE_MODEL : NO_CANDIDATE;
        return new Selection.Refused(
                candidates,
                anyActive ? reason : NO_ACTIVE_MODEL,
                models.size() + " models, all dropped: " + dropped,
                shortage);
    }

    private boolean mayFallBackTo(ModelEntry model) {
        String slug = model.card().getSlug();
        return !request.isEscalation()
                && !request.excluded().contains(slug)
                && model.isRoutable()
                && basis.breaker.apply(slug) == null
                && (basis.allowance == null || basis.allowance.filter(worst(model.card())) == null);
    }

    private Selection pick(long seed) {
        boolean atCap = isAtCap();
        Policy policy = atCap ? CHEAPEST : basis.policy;
        Choice choice = policy.choose(comparable(arms), seed);
        Experiments experiments = new Experiments(choice, seed);
        if (!atCap && !basis.variants.isEmpty()) {
            basis.variants.forEach(variant -> experiments.add(variant, variantChoice(variant, seed)));
            choice = experiments.draw();
        }
        for (int i = 0; i < scored.size(); i++) {
            scored.get(i).setProbability(choice.probability(i));
        }
        ModelCard card = cards.get(choice.index());
        return new Selection.Chosen(
                candidates,
                card,
                choice.propensity(),
                policy.name(),
                scored.get(choice.index()).getPredictedCostNanos(),
                worst(card),
                atCap,
                experiments.uses(arms, choice, basis.objective.quality()));
    }

    /** What the variant would do with the same candidates. */
    private Choice variantChoice(Trials.Variant variant, long seed) {
        List<Arm> own = arms;
        if (variant.beliefs() != null) {
            Beliefs.At beliefs =
                    variant.beliefs().at(Features.of(request.features().toFloats()));
            own = cards.stream().map(card -> arm(card, beliefs)).toList();
        }
        Policy policy = variant.policy() == null ? basis.policy : variant.policy();
        return policy.choose(comparable(own), seed);
    }

    private boolean isAtCap() {
        Allowance allowance = basis.allowance;
        return allowance != null
                && allowance.budget().getAtCap().equals(Allowance.CHEAPEST)
                && shortage.ofOwner()
                && !allowance.mayBeGranted(shortage.least());
    }

    /**
     * Policies clip utilities to [−1, 1]. A high price of money takes all of them below, where they would all be alike, so
     * then the best one counts as 0 and the others keep their distance.
     */
    private List<Arm> comparable(List<Arm> all) {
        double best =
                all.stream().mapToDouble(arm -> arm.utility().total()).max().orElse(0);
        if (basis.allowance == null || basis.allowance.price() == 0 || best >= 0) {
            return all;
        }
        return all.stream()
                .map(arm -> new Arm(arm.model(), arm.prediction(), arm.utility().shifted(-best), arm.costNanos()))
                .toList();
    }
}
