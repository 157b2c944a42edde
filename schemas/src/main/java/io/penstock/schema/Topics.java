package io.penstock.schema;

import io.penstock.event.Lane;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of all topics under one prefix, and back from a name to its tenant and lane. What the topics are (keys,
 * partitions, retention, sizes) is in topics.json, see {@link TopicCatalog}. Immutable.
 */
public final class Topics {
    /** The prefix unless configured otherwise. */
    public static final String DEFAULT_PREFIX = "penstock.";

    private static final Pattern PREFIX = Pattern.compile("[a-z0-9._-]{0,60}");

    private final String prefix;
    private final Pattern tenantTopic;
    private final Pattern laneTopic;

    /**
     * @param prefix put before every name as it is, so end it with '.'; {@code [a-z0-9._-]{0,60}}
     * @throws IllegalArgumentException if it has other characters
     */
    public Topics(String prefix) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("topic prefix '" + prefix + "' must match " + PREFIX.pattern());
        }
        this.prefix = prefix;
        String quoted = Pattern.quote(prefix);
        this.tenantTopic = Pattern.compile(
                quoted + "(?:requests\\.(?:online|batch)|commands|feedback|responses)\\.(" + Keys.TENANT_RULE + ")");
        this.laneTopic = Pattern.compile(quoted + "(?:requests\\.(online|batch)\\." + Keys.TENANT_RULE
                + "|models\\.(online|batch)\\." + Keys.SLUG_RULE
                + "|(?:requests-rekeyed|route-events)\\.(online|batch))");
    }

    public String prefix() {
        return prefix;
    }

    public String requests(Lane lane, String tenant) {
        return prefix + "requests." + laneName(lane) + '.' + Keys.requireTenant(tenant);
    }

    public Pattern requestsPattern(Lane lane) {
        return pattern("requests." + laneName(lane) + '.', Keys.TENANT_RULE);
    }

    public String requestsRekeyed(Lane lane) {
        return prefix + "requests-rekeyed." + laneName(lane);
    }

    public String commands(String tenant) {
        return prefix + "commands." + Keys.requireTenant(tenant);
    }

    public Pattern commandsPattern() {
        return pattern("commands.", Keys.TENANT_RULE);
    }

    public String feedback(String tenant) {
        return prefix + "feedback." + Keys.requireTenant(tenant);
    }

    public Pattern feedbackPattern() {
        return pattern("feedback.", Keys.TENANT_RULE);
    }

    public String signalsByIdentity() {
        return prefix + "signals-by-identity";
    }

    public String models(Lane lane, String slug) {
        return prefix + "models." + laneName(lane) + '.' + Keys.requireSlug(slug);
    }

    /** Every dispatch topic of both lanes. */
    public Pattern modelsPattern() {
        return pattern("models.", "(?:online|batch)\\." + Keys.SLUG_RULE);
    }

    public String decisions() {
        return prefix + "decisions";
    }

    public String completions() {
        return prefix + "completions";
    }

    public String responses(String tenant) {
        return prefix + "responses." + Keys.requireTenant(tenant);
    }

    public String replies() {
        return prefix + "replies";
    }

    public String routeEvents(Lane lane) {
        return prefix + "route-events." + laneName(lane);
    }

    public String cancellations() {
        return prefix + "cancellations";
    }

    public String outcomes() {
        return prefix + "outcomes";
    }

    public String policies() {
        return prefix + "policies";
    }

    public String catalog() {
        return prefix + "catalog";
    }

    public String dispatcherState() {
        return prefix + "dispatcher-state";
    }

    public String modelState() {
        return prefix + "model-state";
    }

    public String spendByOwner() {
        return prefix + "spend-by-owner";
    }

    public String budgets() {
        return prefix + "budgets";
    }

    public String policyHistory() {
        return prefix + "policy-history";
    }

    public String experimentTrials() {
        return prefix + "experiment-trials";
    }

    public String experiments() {
        return prefix + "experiments";
    }

    public String deadLetters() {
        return prefix + "dead-letters";
    }

    /** Where the embedded schema registry keeps its schemas. */
    public String schemas() {
        return prefix + "schemas";
    }

    /** The tenant of a requests, commands, feedback or responses topic; null for every other name. */
    public @Nullable String tenantOf(String topic) {
        Matcher matcher = tenantTopic.matcher(topic);
        return matcher.matches() ? matcher.group(1) : null;
    }

    /** The lane of a requests, requests-rekeyed, models or route-events topic; null for every other name. */
    public @Nullable Lane laneOf(String topic) {
        Matcher matcher = laneTopic.matcher(topic);
        if (!matcher.matches()) {
            return null;
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            String name = matcher.group(group);
            if (name != null) {
                return Lane.valueOf(name.toUpperCase(Locale.ROOT));
            }
        }
        return null;
    }

    /** online or batch. */
    public static String laneName(Lane lane) {
        return lane.name().toLowerCase(Locale.ROOT);
    }

    private Pattern pattern(String literal, String rule) {
        return Pattern.compile(Pattern.quote(prefix + literal) + rule);
    }
}
