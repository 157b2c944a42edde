package io.penstock.app.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.app.plot.TextTable;
import io.penstock.event.Experiment;
import io.penstock.event.ExperimentStatus;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicyEventKind;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.ScopeControl;
import io.penstock.learner.ModelStatistics;
import io.penstock.topology.policy.Generations;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyFormat;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of policies, as a table or as JSON. */
public final class PolicyReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PolicyLog log;
    private final Set<String> scopes;

    /** What a model has in one scope, of one extractor, over all shards. */
    private record Row(String scope, String model, String extractor, int shards, ModelStatistics sum, Newest newest) {}

    private record Newest(
            long version, Instant publishedAt, @Nullable Instant changedAt) {
        static Newest of(PolicySnapshot snapshot) {
            return new Newest(snapshot.getVersion(), snapshot.getPublishedAt(), snapshot.getChangedAt());
        }

        Newest and(Newest other) {
            Instant change = changedAt == null || (other.changedAt != null && other.changedAt.isAfter(changedAt))
                    ? other.changedAt
                    : changedAt;
            return new Newest(
                    Math.max(version, other.version),
                    publishedAt.isAfter(other.publishedAt) ? publishedAt : other.publishedAt,
                    change);
        }
    }

    private PolicyReport(PolicyLog log, Set<String> scopes) {
        this.log = log;
        this.scopes = scopes;
    }

    /**
     * A report.
     *
     * @param scope null = on all
     * @throws IllegalStateException if nothing is known of it
     */
    public static PolicyReport of(PolicyLog log, @Nullable String scope) {
        Set<String> known = log.scopes();
        if (scope != null && !known.contains(scope)) {
            throw new IllegalStateException("nothing is known of scope " + scope + "; there are: "
                    + (known.isEmpty() ? "none" : String.join(", ", known)));
        }
        return new PolicyReport(log, scope == null ? known : Set.of(scope));
    }

    private List<Row> rows(String scope) {
        Map<String, Row> rows = new TreeMap<>();
        for (PolicySnapshot snapshot : log.snapshots().values()) {
            if (!Generations.root(snapshot.getScope()).equals(scope)) {
                continue;
            }
            LearnedKey key = new LearnedKey(snapshot.getScope(), snapshot.getModel(), snapshot.getExtractor());
            ModelStatistics sums = PolicyFormat.decode(key.policyKey(snapshot.getShard()), snapshot)
                    .statistics();
            rows.merge(
                    key.text(),
                    new Row(key.scope(), key.model(), key.extractor(), 1, sums, Newest.of(snapshot)),
                    (a, b) -> new Row(
                            a.scope(),
                            a.model(),
                            a.extractor(),
                            a.shards() + 1,
                            a.sum().plus(b.sum()),
                            a.newest().and(b.newest())));
        }
        return List.copyOf(rows.values());
    }

    /** As tables. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (String scope : scopes) {
            text.append(scope).append(": ").append(reading(scope)).append('\n');
            TextTable table = new TextTable("model", "sums", "shards", "version", "verdicts", "quality", "changed");
            for (Row row : rows(scope)) {
                table.row(
                        row.model(),
                        row.scope(),
                        String.valueOf(row.shards()),
                        String.valueOf(row.newest().version()),
                        String.valueOf(row.sum().judged()),
                        row.sum().judged() == 0 ? "" : format("%.3f", quality(row.sum())),
                        row.newest().changedAt() == null
                                ? ""
                                : row.newest().changedAt().toString());
            }
            text.append(table);
            text.append(history(scope)).append('\n');
        }
        return text + (log.experiments().isEmpty() ? "" : experimentsText());
    }

    private String reading(String scope) {
        ScopeControl control = log.control(scope);
        StringBuilder text = new StringBuilder();
        if (control.getPinned() > 0) {
            text.append("pinned to ").append(Generations.frozen(scope, control.getPinned()));
        } else if (control.getGeneration() > 0) {
            text.append("rolled back, reads ")
                    .append(Generations.frozen(scope, control.getGeneration()))
                    .append(" and ")
                    .append(Generations.live(scope, control.getGeneration()));
        } else {
            text.append("reads all that it has learned");
        }
        if (control.getAsOf() != null) {
            text.append(", as of ").append(control.getAsOf());
        }
        if (!control.getPolicy().isEmpty()) {
            text.append(", policy ").append(control.getPolicy());
        }
        return control.getReason().isEmpty()
                ? text.toString()
                : text.append(" (").append(control.getReason()).append(')').toString();
    }

    private String history(String scope) {
        List<PolicyEvent> own = events(scope);
        List<Instant> checkpoints = own.stream()
                .filter(event -> event.getKind() == PolicyEventKind.CHECKPOINT)
                .map(PolicyEvent::getAt)
                .sorted()
                .toList();
        StringBuilder text = new StringBuilder(
                checkpoints.isEmpty()
                        ? "no checkpoint yet\n"
                        : "checkpoints from " + checkpoints.get(0) + " to " + checkpoints.get(checkpoints.size() - 1)
                                + "\n");
        for (PolicyEvent event : own) {
            if (event.getKind() != PolicyEventKind.CHECKPOINT) {
                text.append(event.getAt())
                        .append("  ")
                        .append(words(event.getKind().name()));
                text.append(event.getForced() ? ", forced" : "");
                text.append(" by ").append(event.getChangedBy());
                text.append(event.getReason().isEmpty() ? "" : ": " + event.getReason());
                text.append('\n');
            }
        }
        return text.toString();
    }

    private List<PolicyEvent> events(String scope) {
        return log.events().stream()
                .filter(event -> event.getScope().equals(scope))
                .sorted(Comparator.comparing(PolicyEvent::getAt))
                .toList();
    }

    /** Experiments as a table. */
    public String experimentsText() {
        TextTable table = new TextTable(
                "experiment", "scope", "mode", "share", "policy", "state", "verdicts", "difference", "from", "to");
        for (Experiment experiment : log.experiments().values()) {
            ExperimentStatus status = log.status(experiment);
            table.row(
                    experiment.getName(),
                    experiment.getScope(),
                    words(experiment.getMode().name()),
                    String.valueOf(experiment.getShare()),
                    experiment.getPolicy().isEmpty()
                            ? Generations.frozen("", experiment.getGeneration())
                            : experiment.getPolicy(),
                    status == null ? "running" : words(status.getState().name()),
                    status == null ? "0" : String.valueOf(status.getOutcomes()),
                    status == null ? "" : format("%.3f", status.getMean()),
                    status == null ? "" : format("%.2f", status.getLower()),
                    status == null ? "" : format("%.2f", status.getUpper()));
        }
        return table.toString();
    }

    /** All of it as JSON. */
    public String json() {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode all = root.putArray("scopes");
        for (String scope : scopes) {
            ScopeControl control = log.control(scope);
            ObjectNode node = all.addObject()
                    .put("scope", scope)
                    .put("generation", control.getGeneration())
                    .put("pinned", control.getPinned())
                    .put("policy", control.getPolicy())
                    .put("reason", control.getReason());
            node.put(
                    "as_of",
                    control.getAsOf() == null ? null : control.getAsOf().toString());
            ArrayNode models = node.putArray("models");
            rows(scope).forEach(row -> models.add(json(row)));
            ArrayNode events = node.putArray("history");
            for (PolicyEvent event : events(scope)) {
                if (event.getKind() != PolicyEventKind.CHECKPOINT) {
                    events.addObject()
                            .put("at", event.getAt().toString())
                            .put("kind", words(event.getKind().name()))
                            .put("by", event.getChangedBy())
                            .put("reason", event.getReason())
                            .put("forced", event.getForced());
                }
            }
            node.put(
                    "checkpoints",
                    events(scope).stream()
                            .filter(event -> event.getKind() == PolicyEventKind.CHECKPOINT)
                            .count());
        }
        root.set("experiments", experiments());
        return write(root);
    }

    private static ObjectNode json(Row row) {
        ObjectNode node = JSON.createObjectNode()
                .put("sums", row.scope())
                .put("model", row.model())
                .put("extractor", row.extractor())
                .put("shards", row.shards())
                .put("version", row.newest().version())
                .put("verdicts", row.sum().judged())
                .put("published_at", row.newest().publishedAt().toString());
        node.put("quality", row.sum().judged() == 0 ? null : quality(row.sum()));
        Instant changed = row.newest().changedAt();
        return node.put("changed_at", changed == null ? null : changed.toString());
    }

    /** Experiments as JSON. */
    public String experimentsJson() {
        return write(experiments());
    }

    private ArrayNode experiments() {
        ArrayNode all = JSON.createArrayNode();
        for (Experiment experiment : log.experiments().values()) {
            ObjectNode node = all.addObject()
                    .put("name", experiment.getName())
                    .put("scope", experiment.getScope())
                    .put("mode", words(experiment.getMode().name()))
                    .put("share", experiment.getShare())
                    .put("policy", experiment.getPolicy());
            ExperimentStatus status = log.status(experiment);
            node.put(
                    "state",
                    status == null ? "running" : words(status.getState().name()));
            node.put("outcomes", status == null ? 0 : status.getOutcomes());
            if (status != null) {
                node.put("difference", status.getMean())
                        .put("lower", status.getLower())
                        .put("upper", status.getUpper());
            }
        }
        return all;
    }

    private static String write(JsonNode node) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node) + '\n';
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes can always be written", e);
        }
    }

    private static double quality(ModelStatistics sums) {
        return sums.qualityMean();
    }

    private static String words(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String format(String pattern, double number) {
        return String.format(Locale.ROOT, pattern, number);
    }
}
