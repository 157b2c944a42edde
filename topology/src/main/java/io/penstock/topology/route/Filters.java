package io.penstock.topology.route;

import io.penstock.event.Constraints;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelPhase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The filters that need nothing but the request and the model's card, in the order in which they are asked. */
final class Filters {
    static final String RULE = "rule";
    static final String MIN_QUALITY = "min-quality";
    static final String DEADLINE = "deadline";

    /** First objection wins, so the most basic comes first. */
    static final List<Filter> CARD_FILTERS = List.of(
            filter("inactive", Filters::inactive),
            filter("tenant", Filters::tenant),
            filter(
                    "excluded",
                    (request, card, phase) ->
                            request.excluded().contains(card.getSlug()) ? "failed in an earlier attempt" : null),
            filter("allowed-models", Filters::allowed),
            filter("capability", Filters::capability),
            filter("context-window", Filters::contextWindow),
            filter("cost-cap", Filters::costCap));

    private interface Objection {
        @Nullable
        String of(RouteRequest request, ModelCard card, ModelPhase phase);
    }

    private Filters() {}

    private static @Nullable String inactive(RouteRequest request, ModelCard card, ModelPhase phase) {
        if (!card.getEnabled()) {
            return "switched off in its card";
        }
        return phase == ModelPhase.ACTIVE ? null : "phase is " + phase + ", only ACTIVE models are routable";
    }

    private static @Nullable String tenant(RouteRequest request, ModelCard card, ModelPhase phase) {
        List<String> tenants = card.getTenants();
        return tenants.isEmpty() || tenants.contains(request.identity().tenant()) ? null : "not offered to this tenant";
    }

    private static @Nullable String allowed(RouteRequest request, ModelCard card, ModelPhase phase) {
        Constraints constraints = request.constraints();
        if (constraints == null
                || constraints.getAllowedModels().isEmpty()
                || constraints.getAllowedModels().contains(card.getSlug())) {
            return null;
        }
        return "not among the request's allowed models";
    }

    private static @Nullable String capability(RouteRequest request, ModelCard card, ModelPhase phase) {
        Constraints constraints = request.constraints();
        if (constraints == null) {
            return null;
        }
        List<String> missing = new ArrayList<>(constraints.getRequiredCapabilities());
        missing.removeAll(card.getCapabilities());
        return missing.isEmpty() ? null : missing.size() + " required capabilities missing";
    }

    private static @Nullable String contextWindow(RouteRequest request, ModelCard card, ModelPhase phase) {
        long needed = (long) request.inputTokens() + request.maxOutputTokens(card);
        return card.getContextWindow() <= 0 || needed <= card.getContextWindow()
                ? null
                : "needs " + needed + " tokens, has " + card.getContextWindow();
    }

    private static @Nullable String costCap(RouteRequest request, ModelCard card, ModelPhase phase) {
        Constraints constraints = request.constraints();
        if (constraints == null || constraints.getMaxCostNanos() == null) {
            return null;
        }
        long worst = request.worstCostNanos(card);
        return worst <= constraints.getMaxCostNanos()
                ? null
                : "may cost " + worst + " nano-dollars, at most " + constraints.getMaxCostNanos() + " allowed";
    }

    private static Filter filter(String name, Objection objection) {
        return new Filter() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public @Nullable String objection(RouteRequest request, ModelCard card, ModelPhase phase) {
                return objection.of(request, card, phase);
            }
        };
    }
}
