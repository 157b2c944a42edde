package io.penstock.topology.route;

import io.penstock.event.Constraints;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Escalation;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.RoutingProfile;
import io.penstock.event.Rule;
import io.penstock.event.ScopeControl;
import io.penstock.feature.LexicalSignals;
import io.penstock.feature.Signals;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.Objective;
import io.penstock.learner.Policies;
import io.penstock.learner.Policy;
import io.penstock.topology.catalog.Catalog;
import io.penstock.topology.enrich.EnrichedRequest;
import io.penstock.topology.money.Allowance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides one attempt from today's catalog, policy and load. Knows the views, no stores and no topics. One per task, used
 * on its stream thread only.
 */
final class Router {

    /**
     * A decision made, refused, or put off.
     *
     * @param chosen null if none was
     * @param allowance what the budget allowed; null if none pays
     * @param missing what the budget lacks for it; above 0 = the request must wait, unless the decision refuses it
     */
    record Verdict(
            Decision decision,
            Selection.@Nullable Chosen chosen,
            @Nullable Allowance allowance,
            long missing) {
        static Verdict refused(Decision decision) {
            return new Verdict(decision, null, null, 0);
        }

        boolean mustWait() {
            return chosen == null && decision.getKind() == DecisionKind.ACCEPTED;
        }
    }

    // What an objective takes at most.
    private static final double HEAVIEST = 1e6;
    private static final double PENDING_WORTH = LearnerSettings.defaults().pendingWorth();

    private record PolicyKey(String name, Map<String, String> options) {}

    private final Lane lane;
    private final RouteViews views;
    private final RouteSettings settings;
    private final SeedSource seeds;
    private final Readings readings;
    private final LexicalSignals lexical = new LexicalSignals();
    private final Map<PolicyKey, Policy> policies = new HashMap<>();

    Router(Lane lane, RouteViews views, RouteSettings settings) {
        this.lane = lane;
        this.views = views;
        this.settings = settings;
        this.seeds = new SeedSource(settings.serverKey());
        this.readings = new Readings(views.policies(), views.experiments());
    }

    /** The start of a request's life here: attempt 0, nothing decided. */
    OpenRequest open(EnrichedRequest enriched) {
        RoutingProfile profile =
                views.catalog().current().profile(enriched.identity().tenant());
        long expires = saturatedAdd(enriched.requestTime(), profile.getRequestTimeoutMs());
        Constraints constraints = enriched.request().getConstraints();
        if (constraints != null && constraints.getDeadline() != null) {
            expires = Math.min(expires, constraints.getDeadline().toEpochMilli());
        }
        return new OpenRequest(
                enriched.identity(),
                enriched.routingKey(),
                0,
                "",
                java.util.Set.of(),
                enriched.extractor(),
                enriched.features(),
                enriched.source(),
                enriched.requestTime(),
                expires,
                enriched.bodyHash(),
                enriched.raw(),
                java.util.Set.of());
    }

    /** Whether the request names a task that is decided as if it named none, against what its tenant's profile lists. */
    boolean isOfUnknownTask(OpenRequest open, InferenceRequest request) {
        RoutingProfile profile =
                views.catalog().current().profile(open.identity().tenant());
        return Scopes.isOfUnknownTask(profile, request.getAttributes());
    }

    /** A decision that refuses without looking at any model. */
    Decision refuse(OpenRequest open, InferenceRequest request, Position position, String reason, String detail) {
        Decision decision = base(open, request, draw(open), position);
        DecisionRecords.refuse(decision, List.of(), reason, detail);
        return decision;
    }

    /**
     * Decides the next attempt of an open request.
     *
     * @param signals null if they must be computed again
     * @param pending requests in flight, by model
     * @param allowance what the budget that pays for it allows now; null if none pays
     */
    Verdict decide(
            OpenRequest open,
            InferenceRequest request,
            @Nullable Signals signals,
            Position position,
            ToDoubleFunction<String> pending,
            @Nullable Allowance allowance) {
        Catalog catalog = views.catalog().current();
        RoutingProfile profile = catalog.profile(open.identity().tenant());
        RouteRequest attempt = attempt(open, request, signals, position);
        SeedSource.Draw draw = draw(open);
        Decision decision = base(open, request, draw, position);
        decision.setBudget(allowance == null ? null : allowance.use());
        if (isTooLate(decision, attempt, profile)) {
            return Verdict.refused(decision);
        }
        Rule rule = Rules.match(catalog.rules(), attempt);
        String scope = Scopes.of(profile, open.identity().tenant(), request.getAttributes());
        Readings.Read first = readings.read(readings.of(scope, catalog), open, catalog);
        Readings.Read learned = attempt.isEscalation()
                ? readings.read(readings.of(Scopes.escalated(scope), catalog), open, catalog)
                        .besides(first)
                : first;
        Trials trials = trials(scope, attempt, open, catalog);
        ObjectiveWeights weights = weights(attempt, profile);
        decision.setEscalation(profile.getEscalation());
        DecisionRecords.ground(
                decision,
                attempt,
                open,
                new DecisionRecords.Grounds(
                        catalog.version(),
                        trials.with(learned.uses()),
                        weights,
                        rule,
                        catalog.rules().getVersion(),
                        draw.seed()));
        ModelChooser.Basis basis = new ModelChooser.Basis(
                learned.beliefs(),
                attempt.isEscalation() ? first.beliefs() : null,
                objective(priced(weights, allowance), profile),
                policy(profile, catalog.control(scope)),
                settings.deterministic() ? model -> 0 : model -> PENDING_WORTH * pending.applyAsDouble(model),
                settings.deterministic() ? model -> 1 : views.load()::latencyFactor,
                settings.deterministic()
                        ? model -> null
                        : model -> Filters.breaker(
                                views.load().health(model, position.now()), pending.applyAsDouble(model)),
                profile.getFallbackModel(),
                allowance,
                trials.variants());
        Selection selection = ModelChooser.choose(attempt, catalog.models().values(), basis, rule, draw.seed());
        if (selection instanceof Selection.Chosen chosen) {
            DecisionRecords.choose(decision, chosen, attempt, profile.getStartWithinMs());
            decision.setExperiments(chosen.experiments());
            return new Verdict(decision, chosen, allowance, 0);
        }
        // With an answer at hand, none better is waited for.
        return refuse(decision, (Selection.Refused) selection, attempt.isEscalation() ? null : allowance);
    }

    /** Whether time or attempts are used up; then the decision says so. */
    private static boolean isTooLate(Decision decision, RouteRequest attempt, RoutingProfile profile) {
        if (attempt.now() >= attempt.expiresAt()) {
            DecisionRecords.refuse(
                    decision, List.of(), RejectReasons.EXPIRED, "the request expired before it was decided");
            return true;
        }
        if (attempt.attempt() > profile.getMaxAttempts()) {
            DecisionRecords.refuse(
                    decision,
                    List.of(),
                    RejectReasons.ATTEMPTS_EXHAUSTED,
                    "the profile allows " + profile.getMaxAttempts() + " attempts");
            return true;
        }
        return false;
    }

    private static ObjectiveWeights weights(RouteRequest attempt, RoutingProfile profile) {
        if (attempt.request().getWeights() != null) {
            return attempt.request().getWeights();
        }
        Escalation escalation = profile.getEscalation();
        return attempt.isEscalation() && escalation != null && escalation.getWeights() != null
                ? escalation.getWeights()
                : profile.getWeights();
    }

    /** Nothing is left: for want of money the request may have to wait, else it is refused with the exact reason. */
    private static Verdict refuse(Decision decision, Selection.Refused refused, @Nullable Allowance allowance) {
        Selection.Shortage shortage = refused.shortage();
        if (allowance == null || !(shortage.ofOwner() || shortage.session())) {
            DecisionRecords.refuse(decision, refused.candidates(), refused.reason(), refused.detail());
            return Verdict.refused(decision);
        }
        boolean waits = shortage.ofOwner() && allowance.mayBeGranted(shortage.least());
        if (waits || allowance.budget().getAtCap().equals(Allowance.HOLD)) {
            DecisionRecords.hold(decision, refused.candidates(), waits ? "wait" : Allowance.HOLD);
            return new Verdict(decision, null, allowance, Math.max(1, shortage.most()));
        }
        String reason = shortage.ofOwner() ? RejectReasons.BUDGET_EXHAUSTED : RejectReasons.SESSION_BUDGET_EXHAUSTED;
        DecisionRecords.refuse(decision, refused.candidates(), reason, refused.detail());
        decision.getBudget().setVerdict(Allowance.REJECT);
        return new Verdict(decision, null, allowance, shortage.ofOwner() ? shortage.least() : 0);
    }

    /** The request waits for its first attempt: the decision that says so, attempt 0. */
    Decision accept(OpenRequest open, InferenceRequest request, Position position, @Nullable Decision putOff) {
        SeedSource.Draw draw = seeds.draw(open.identity(), lane, open.routingKey(), 0);
        Decision decision = DecisionRecords.base(
                open,
                request,
                new DecisionRecords.Place(
                        lane, position.partition(), position.sequence(), draw.decisionId(), now(open, position)),
                0);
        decision.setEscalation(
                views.catalog().current().profile(open.identity().tenant()).getEscalation());
        DecisionRecords.hold(decision, putOff == null ? List.of() : putOff.getCandidates(), "");
        decision.setBudget(putOff == null ? null : putOff.getBudget());
        return decision;
    }

    /** An owner's price of money weighs like its cost. */
    private static ObjectiveWeights priced(ObjectiveWeights weights, @Nullable Allowance allowance) {
        if (allowance == null || allowance.price() == 0) {
            return weights;
        }
        return new ObjectiveWeights(
                weights.getQuality(),
                Math.min(HEAVIEST, weights.getCost() + allowance.price()),
                weights.getLatency(),
                weights.getEnergy());
    }

    private RouteRequest attempt(
            OpenRequest open, InferenceRequest request, @Nullable Signals signals, Position position) {
        Signals known = signals == null ? lexical.of(io.penstock.topology.enrich.Prompts.of(request)) : signals;
        return new RouteRequest(
                open.identity(),
                lane,
                request,
                open.features(),
                known.present(),
                tokens(known),
                open.attempt() + 1,
                open.excluded(),
                open.unsure(),
                now(open, position),
                open.expiresAt());
    }

    static int tokens(Signals signals) {
        return (int) Math.min(Integer.MAX_VALUE, signals.getOrDefault("tokens", 0));
    }

    private long now(OpenRequest open, Position position) {
        return settings.deterministic() ? open.requestTime() : position.now();
    }

    private SeedSource.Draw draw(OpenRequest open) {
        return seeds.draw(open.identity(), lane, open.routingKey(), open.attempt() + 1);
    }

    private Decision base(OpenRequest open, InferenceRequest request, SeedSource.Draw draw, Position position) {
        return DecisionRecords.base(
                open,
                request,
                new DecisionRecords.Place(
                        lane, position.partition(), position.sequence(), draw.decisionId(), now(open, position)),
                open.attempt() + 1);
    }

    /** The scope's own, once a variant was promoted there, else the profile's. */
    private Policy policy(RoutingProfile profile, @Nullable ScopeControl control) {
        return control == null || control.getPolicy().isEmpty()
                ? policy(profile.getPolicy(), profile.getPolicyOptions())
                : policy(control.getPolicy(), control.getPolicyOptions());
    }

    private Policy policy(String name, Map<String, String> options) {
        return policies.computeIfAbsent(
                new PolicyKey(name, options), key -> Policies.byName(key.name(), key.options()));
    }

    /** Only first attempts: what a retry may choose from depends on what failed before. */
    private Trials trials(String scope, RouteRequest attempt, OpenRequest open, Catalog catalog) {
        return attempt.attempt() == 1 && !catalog.experiments(scope).isEmpty()
                ? Trials.of(scope, open, catalog, readings, this::policy)
                : Trials.NONE;
    }

    static Objective objective(ObjectiveWeights weights, RoutingProfile profile) {
        return new Objective(
                weights.getQuality(),
                weights.getCost(),
                weights.getLatency(),
                weights.getEnergy(),
                profile.getCostReferenceNanos(),
                profile.getLatencyReferenceMs(),
                profile.getEnergyReferenceJoules());
    }

    private static long saturatedAdd(long time, long duration) {
        long sum = time + duration;
        return sum < time ? Long.MAX_VALUE : sum;
    }

    /** Where and when a decision is made. */
    record Position(int partition, long sequence, long now) {}
}
