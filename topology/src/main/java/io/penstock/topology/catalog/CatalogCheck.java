package io.penstock.topology.catalog;

import io.penstock.event.Budget;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Condition;
import io.penstock.event.Escalation;
import io.penstock.event.Experiment;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelStatus;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.RoutingProfile;
import io.penstock.event.Rule;
import io.penstock.event.RuleSet;
import io.penstock.event.ScopeControl;
import io.penstock.learner.Policies;
import io.penstock.schema.Keys;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a catalog entry: for the router before it applies one, for tools before they write one. Pure. */
public final class CatalogCheck {
    private static final Set<String> OPERATORS = Set.of("<", "<=", "=", ">=", ">");
    private static final int MOST_RUNGS = 5;
    private static final int MOST_SIGNAL_CHARS = 64;
    private static final int MOST_ATTEMPTS = 10;

    /** Each has sums of its own of every model, in the learner's store and in every router's memory. */
    private static final int MOST_TASKS = 100;

    private static final long DAY_MS = 86_400_000;

    private CatalogCheck() {}

    /**
     * Everything wrong with an entry, each a sentence with field, value and what would be right; empty if it is good.
     *
     * @param key of the record: kind/id
     */
    public static List<String> problems(@Nullable String key, CatalogEntry entry) {
        Problems problems = new Problems();
        String expected = entry.getKind() + '/' + entry.getId();
        problems.require(expected.equals(key), "the key must be " + expected + ", but is " + key);
        CatalogKind kind = CatalogKind.of(entry.getKind());
        Object body = kind == null ? null : kind.content(entry);
        if (kind == null) {
            problems.require(
                    false,
                    "kind '" + entry.getKind() + "' must be one of model, model-status, profile, rules,"
                            + " budget, experiment, policy");
        } else if (!kind.body().isInstance(body)) {
            problems.require(
                    false,
                    "the body of kind " + kind.text() + " must be a "
                            + kind.body().getSimpleName() + ", but is "
                            + (body == null ? "null" : "a " + body.getClass().getSimpleName()));
        } else {
            checkBody(problems, entry.getId(), body);
        }
        return problems.found();
    }

    private static void checkBody(Problems problems, String id, Object body) {
        if (body instanceof ModelCard card) {
            ModelCardCheck.check(problems, id, card);
        } else if (body instanceof ModelStatus status) {
            problems.require(Keys.isSlug(id), "id '" + id + "' must be a slug [a-z0-9-]{1,80}");
            problems.require(id.equals(status.getSlug()), "slug must be " + id + ", but is " + status.getSlug());
        } else if (body instanceof RoutingProfile profile) {
            checkProfile(problems, id, profile);
        } else if (body instanceof RuleSet rules) {
            checkRules(problems, id, rules);
        } else if (body instanceof Budget budget) {
            BudgetCheck.check(problems, id, budget);
        } else if (body instanceof Experiment experiment) {
            ExperimentCheck.check(problems, id, experiment);
        } else if (body instanceof ScopeControl control) {
            ExperimentCheck.check(problems, id, control);
        }
    }

    private static void checkProfile(Problems problems, String id, RoutingProfile profile) {
        problems.require(Keys.isTenant(id), "id '" + id + "' must be default or a tenant [a-z0-9-]{1,40}");
        checkWeights(problems, profile.getWeights());
        problems.within("cost_reference_nanos", profile.getCostReferenceNanos(), 1, Long.MAX_VALUE);
        problems.positive("latency_reference_ms", profile.getLatencyReferenceMs());
        problems.positive("energy_reference_joules", profile.getEnergyReferenceJoules());
        try {
            Policies.byName(profile.getPolicy(), profile.getPolicyOptions());
        } catch (IllegalArgumentException e) {
            problems.require(false, "policy: " + e.getMessage());
        }
        problems.require(
                Keys.isTenant(profile.getPooling()),
                "pooling must be isolated, global or a group's name [a-z0-9-]{1,40}, but is " + profile.getPooling());
        checkTasks(problems, profile.getTasks());
        if (profile.getEscalation() != null) {
            checkEscalation(problems, profile.getEscalation());
        }
        problems.within("max_attempts", profile.getMaxAttempts(), 1, MOST_ATTEMPTS);
        problems.within("request_timeout_ms", profile.getRequestTimeoutMs(), 1, DAY_MS);
        problems.within("start_within_ms", profile.getStartWithinMs(), 1, DAY_MS);
        String fallback = profile.getFallbackModel();
        problems.require(
                fallback == null || Keys.isSlug(fallback),
                "fallback_model must be null or a slug [a-z0-9-]{1,80}, but is " + fallback);
    }

    private static void checkEscalation(Problems problems, Escalation escalation) {
        String signal = escalation.getSignal();
        problems.require(
                !signal.isBlank() && signal.length() <= MOST_SIGNAL_CHARS,
                "escalation.signal must be the name of a confidence signal, of 1 to " + MOST_SIGNAL_CHARS
                        + " characters, but has " + signal.length());
        problems.require(
                Double.isFinite(escalation.getBelow()),
                "escalation.below must be a number, but is " + escalation.getBelow());
        problems.within("escalation.rungs", escalation.getRungs(), 1, MOST_RUNGS);
        if (escalation.getWeights() != null) {
            checkWeights(problems, escalation.getWeights());
        }
    }

    private static void checkTasks(Problems problems, List<String> tasks) {
        problems.require(
                tasks.size() <= MOST_TASKS, "tasks must be at most " + MOST_TASKS + " names, but are " + tasks.size());
        Set<String> names = new HashSet<>();
        for (String task : tasks) {
            problems.require(Keys.isTenant(task), "tasks: task '" + task + "' must be [a-z0-9-]{1,40}");
            problems.require(names.add(task), "tasks must be distinct, but '" + task + "' is there twice");
        }
    }

    private static void checkWeights(Problems problems, ObjectiveWeights weights) {
        problems.notNegative("weights.quality", weights.getQuality());
        problems.notNegative("weights.cost", weights.getCost());
        problems.notNegative("weights.latency", weights.getLatency());
        problems.notNegative("weights.energy", weights.getEnergy());
    }

    private static void checkRules(Problems problems, String id, RuleSet rules) {
        problems.require("default".equals(id), "id must be default: there is one rule set, but is '" + id + "'");
        problems.require(!rules.getVersion().isBlank(), "version must not be empty");
        Set<String> names = new HashSet<>();
        for (Rule rule : rules.getRules()) {
            String name = rule.getName();
            problems.require(!name.isBlank(), "every rule must have a name");
            problems.require(names.add(name), "rule names must be distinct, but '" + name + "' is there twice");
            for (Condition condition : rule.getConditions()) {
                checkCondition(problems, name, condition);
            }
            for (String tenant : rule.getTenants()) {
                problems.require(
                        Keys.isTenant(tenant), "rule '" + name + "': tenant '" + tenant + "' must be [a-z0-9-]{1,40}");
            }
            checkModels(problems, name, rule.getAllowModels());
            checkModels(problems, name, rule.getDenyModels());
        }
    }

    private static void checkCondition(Problems problems, String rule, Condition condition) {
        String at = "rule '" + rule + "': ";
        problems.require(!condition.getSignal().isBlank(), at + "signal must not be empty");
        problems.require(
                OPERATORS.contains(condition.getOperator()),
                at + "operator must be one of < <= = >= >, but is '" + condition.getOperator() + "'");
        problems.require(
                Double.isFinite(condition.getValue()),
                at + "value must be a finite number, but is " + condition.getValue());
    }

    private static void checkModels(Problems problems, String rule, List<String> models) {
        for (String model : models) {
            problems.require(
                    Keys.isSlug(model), "rule '" + rule + "': model '" + model + "' must be a slug [a-z0-9-]{1,80}");
        }
    }
}
