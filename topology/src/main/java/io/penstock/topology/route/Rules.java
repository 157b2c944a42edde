package io.penstock.topology.route;

import io.penstock.event.Condition;
import io.penstock.event.Rule;
import io.penstock.event.RuleSet;
import org.jspecify.annotations.Nullable;

/** Finds the first rule of a validated rule set whose conditions all hold, and applies it to candidates. */
final class Rules {
    private Rules() {}

    static @Nullable Rule match(RuleSet rules, RouteRequest request) {
        for (Rule rule : rules.getRules()) {
            boolean tenant = rule.getTenants().isEmpty()
                    || rule.getTenants().contains(request.identity().tenant());
            if (tenant && rule.getConditions().stream().allMatch(condition -> holds(condition, request))) {
                return rule;
            }
        }
        return null;
    }

    /** Null if the rule lets the model stay. */
    static @Nullable String objection(@Nullable Rule rule, String model) {
        if (rule == null) {
            return null;
        }
        if (rule.getDenyModels().contains(model)) {
            return "denied by rule " + rule.getName();
        }
        return rule.getAllowModels().isEmpty() || rule.getAllowModels().contains(model)
                ? null
                : "not among the models of rule " + rule.getName();
    }

    private static boolean holds(Condition condition, RouteRequest request) {
        double signal = request.signals().getOrDefault(condition.getSignal(), 0.0);
        double value = condition.getValue();
        return switch (condition.getOperator()) {
            case "<" -> signal < value;
            case "<=" -> signal <= value;
            case "=" -> signal == value;
            case ">=" -> signal >= value;
            case ">" -> signal > value;
            default -> throw new IllegalStateException("rule sets are validated, so the operator is known");
        };
    }
}
