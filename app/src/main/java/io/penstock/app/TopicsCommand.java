package io.penstock.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.app.plot.TextTable;
import io.penstock.schema.ClusterShape;
import io.penstock.schema.PlannedTopic;
import io.penstock.schema.TopicCatalog;
import io.penstock.schema.TopicSpec;
import io.penstock.schema.Topics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code penstock topics}: the topic catalogue, and how a cluster differs from it. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints what topics there are to be. If a cluster listens, also which of them it has and in what they differ.",
            "Exit code 0: nothing differs; 1: something does; 2: wrong usage."
        },
        footer = {"", "Example:", "  penstock topics --output json"})
final class TopicsCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = "--output",
            defaultValue = "table",
            paramLabel = "FORM",
            description = "What is printed: table or json (default: ${DEFAULT-VALUE}).")
    private ReplayOutput output = ReplayOutput.table;

    @Override
    public Integer call() {
        PrintWriter out =
                Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
        TopicCatalog catalog = TopicCatalog.load();
        boolean connected = connection.isListening();
        List<Map<String, Object>> found = connected ? compare(catalog) : List.of();
        if (output == ReplayOutput.json) {
            out.print(json(catalog, connected, found));
        } else {
            print(out, catalog, connected, found);
        }
        out.flush();
        return found.stream().allMatch(topic -> differences(topic).isEmpty()) ? 0 : 1;
    }

    private List<Map<String, Object>> compare(TopicCatalog catalog) {
        Topics topics = connection.topics();
        try (Admin admin = connection.clients().admin()) {
            Set<String> names = TopicState.names(admin);
            int partitions = names.contains(topics.decisions()) ? TopicState.partitions(admin, topics) : 4;
            ClusterShape shape = new ClusterShape(partitions, (short) 1);
            Map<String, PlannedTopic> plan = new LinkedHashMap<>();
            catalog.shared(topics, shape).forEach(topic -> plan.put(topic.name(), topic));
            for (String name : names) {
                String tenant = topics.tenantOf(name);
                if (tenant != null) {
                    catalog.forTenant(topics, shape, tenant).forEach(topic -> plan.put(topic.name(), topic));
                } else if (topics.modelsPattern().matcher(name).matches()) {
                    String slug = name.substring(name.lastIndexOf('.') + 1);
                    catalog.forModel(topics, shape, slug).forEach(topic -> plan.put(topic.name(), topic));
                }
            }
            List<String> present =
                    plan.keySet().stream().filter(names::contains).toList();
            Map<String, TopicDescription> descriptions = TopicState.describe(admin, present);
            Map<String, Map<String, String>> configs = TopicState.configs(admin, present);
            List<Map<String, Object>> rows = new ArrayList<>();
            plan.forEach((name, topic) ->
                    rows.add(row(topic, descriptions.get(name), configs.getOrDefault(name, Map.of()))));
            return rows;
        }
    }

    private static Map<String, Object> row(
            PlannedTopic plan, @Nullable TopicDescription description, Map<String, String> config) {
        List<String> differences = new ArrayList<>();
        if (description == null) {
            differences.add("is missing");
        } else {
            int partitions = description.partitions().size();
            if (partitions != plan.partitions()) {
                differences.add("has " + partitions + " partitions, not " + plan.partitions());
            }
            plan.config().forEach((key, value) -> {
                if (!key.equals("min.insync.replicas") && !value.equals(config.get(key))) {
                    differences.add(key + " is " + config.get(key) + ", not " + value);
                }
            });
        }
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", plan.name());
        row.put("partitions", description == null ? 0 : description.partitions().size());
        row.put("differences", differences);
        return row;
    }

    private static List<?> differences(Map<String, Object> row) {
        return (List<?>) Objects.requireNonNull(row.get("differences"));
    }

    private void print(PrintWriter out, TopicCatalog catalog, boolean connected, List<Map<String, Object>> found) {
        TextTable table = new TextTable("topic", "key", "value", "partitions", "cleanup", "retention", "max bytes");
        for (TopicSpec spec : catalog.specs()) {
            String retention = spec.retention();
            table.row(
                    connection.topics().prefix() + spec.name(),
                    spec.key(),
                    spec.value(),
                    spec.partitions(),
                    spec.cleanup(),
                    retention == null ? "-" : retention,
                    String.valueOf(spec.maxMessageBytes()));
        }
        out.print(table);
        out.println();
        if (!connected) {
            out.println("Nothing listens on " + connection.bootstrapServers() + ", so nothing was compared.");
            return;
        }
        long wrong = 0;
        for (Map<String, Object> row : found) {
            for (Object difference : differences(row)) {
                out.println(row.get("name") + " " + difference);
                wrong++;
            }
        }
        out.println(connection.bootstrapServers() + " has " + found.size() + " topics of this catalogue, with " + wrong
                + " differences.");
    }

    private String json(TopicCatalog catalog, boolean connected, List<Map<String, Object>> found) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("catalogue", catalog.specs());
        all.put("connected", connected);
        all.put("topics", found);
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all) + '\n';
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps and records can always be written", e);
        }
    }
}
