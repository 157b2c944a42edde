package io.penstock.topology.route;

import io.penstock.event.Constraints;
import io.penstock.event.ModelCard;
import io.penstock.event.Rule;
import io.penstock.topology.catalog.ModelEntry;
import io.penstock.topology.observe.ModelHealth;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The filters that need nothing but the request and the model's card, in the order in which they are asked. */
final class Filters {
    static final String MIN_QUALITY = "min-quality";
    static final String DEADLINE = "deadline";
    static final String ESCALATION = "escalation";

    /** No dispatcher can call the model now. */
    static final String BREAKER = "breaker";

    /** Why a candidate was dropped; never text of the prompt. */
    record Objection(String filter, String detail) {}

    private Filters() {}

    /** The first objection, the most basic asked first; null if the candidate may stay. */
    static @Nullable Objection objection(RouteRequest request, ModelEntry model, @Nullable Rule rule) {
        ModelCard card = model.card();
        Objection found = of("inactive", inactive(model));
        found = found == null ? of("tenant", tenant(request, card)) : found;
        found = found == null ? of("excluded", excluded(request, card)) : found;
        found = found == null ? of("allowed-models", allowed(request, card)) : found;
        found = found == null ? of("capability", capability(request, card)) : found;
        found = found == null ? of("context-window", contextWindow(request, card)) : found;
        found = found == null ? of("cost-cap", costCap(request, card)) : found;
        return found == null ? of("rule", Rules.objection(rule, card.getSlug())) : found;
    }

    /**
     * While a model is tried again, each task has one request on its way to it.
     *
     * @param pending requests of this task on their way to it
     */
    static @Nullable String breaker(ModelHealth health, double pending) {
        return switch (health.availability()) {
            case AVAILABLE -> null;
            case PROBING -> pending < 1 ? null : "is being tried again, and a request that does is on its way";
            case UNAVAILABLE ->
                "too many calls failed: " + health.open() + " of " + health.dispatchers()
                        + " dispatchers do not call it now";
        };
    }

    private static @Nullable Objection of(String filter, @Nullable String detail) {
        return detail == null ? null : new Objection(filter, detail);
    }

    private static @Nullable String excluded(RouteRequest request, ModelCard card) {
        if (request.unsure().contains(card.getSlug())) {
            return "answered without enough confidence";
        }
        return request.excluded().contains(card.getSlug()) ? "failed in an earlier attempt" : null;
    }

    private static @Nullable String inactive(ModelEntry model) {
        if (!model.card().getEnabled()) {
            return "switched off in its card";
        }
        return model.isRoutable() ? null : "phase is " + model.phase() + ", only ACTIVE models are routable";
    }

    private static @Nullable String tenant(RouteRequest request, ModelCard card) {
        List<String> tenants = card.getTenants();
        return tenants.isEmpty() || tenants.contains(request.identity().tenant()) ? null : "not offered to this tenant";
    }

    private static @Nullable String allowed(RouteRequest request, ModelCard card) {
        Constraints constraints = request.constraints();
        if (constraints == null
                || constraints.getAllowedModels().isEmpty()
                || constraints.getAllowedModels().contains(card.getSlug())) {
            return null;
        }
        return "not among the request's allowed models";
    }

    private static @Nullable String capability(RouteRequest request, ModelCard card) {
        Constraints constraints = request.constraints();
        if (constraints == null || constraints.getRequiredCapabilities().isEmpty()) {
            return null;
        }
        List<String> missing = new ArrayList<>(constraints.getRequiredCapabilities());
        missing.removeAll(card.getCapabilities());
        return missing.isEmpty() ? null : missing.size() + " required capabilities missing";
    }

    private static @Nullable String contextWindow(RouteRequest request, ModelCard card) {
        long needed = (long) request.inputTokens() + request.maxOutputTokens(card);
        return card.getContextWindow() <= 0 || needed <= card.getContextWindow()
                ? null
                : "needs " + needed + " tokens, has " + card.getContextWindow();
    }

    private static @Nullable String costCap(RouteRequest request, ModelCard card) {
        Constraints constraints = request.constraints();
        if (constraints == null || constraints.getMaxCostNanos() == null) {
            return null;
        }
        long worst = request.worstCostNanos(card);
        return worst <= constraints.getMaxCostNanos()
                ? null
                : "may cost " + worst + " nano-dollars, at most " + constraints.getMaxCostNanos() + " allowed";
    }
}
