package io.penstock.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.event.Lane;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * All topics as data: topics.json, checked, and made into topics ready to create for a prefix and a cluster. The one place
 * where sizes and retentions come from. Immutable.
 */
public final class TopicCatalog {
    private static final String RESOURCE = "topics.json";
    private static final String REQUESTS = "requests";

    private final Map<String, TopicSpec> specs;
    private final Map<String, Schema> schemas;

    private TopicCatalog(Map<String, TopicSpec> specs, Map<String, Schema> schemas) {
        this.specs = specs;
        this.schemas = schemas;
    }

    /** The catalogue of this version of Penstock. */
    public static TopicCatalog load() {
        try (InputStream in = TopicCatalog.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing beside " + TopicCatalog.class.getName());
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }

    /** @throws IllegalArgumentException that says which row is wrong, and how */
    static TopicCatalog parse(String json) {
        ObjectMapper mapper = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
        Map<String, Schema> schemas = new EventSchemas().contracts();
        Map<String, TopicSpec> specs = new LinkedHashMap<>();
        for (JsonNode row : rows(mapper, json)) {
            TopicSpec spec = spec(mapper, specs.size() + 1, row);
            if (!TopicSpec.RAW.equals(spec.value()) && !schemas.containsKey(spec.value())) {
                throw new IllegalArgumentException("topic kind " + spec.kind() + ": value '" + spec.value()
                        + "' must be raw or one of " + schemas.keySet());
            }
            if (specs.put(spec.kind(), spec) != null) {
                throw new IllegalArgumentException("topic kind " + spec.kind() + " has two rows in " + RESOURCE);
            }
        }
        return new TopicCatalog(specs, schemas);
    }

    private static JsonNode rows(ObjectMapper mapper, String json) {
        try {
            JsonNode rows = mapper.readTree(json).path("topics");
            if (!rows.isArray() || rows.isEmpty()) {
                throw new IllegalArgumentException(RESOURCE + " must have an array 'topics' that is not empty");
            }
            return rows;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(RESOURCE + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static TopicSpec spec(ObjectMapper mapper, int number, JsonNode row) {
        try {
            return mapper.treeToValue(row, TopicSpec.class);
        } catch (JsonProcessingException e) {
            String reason = e.getCause() instanceof IllegalArgumentException cause
                    ? String.valueOf(cause.getMessage())
                    : e.getOriginalMessage();
            throw new IllegalArgumentException(RESOURCE + " row " + number + ": " + reason, e);
        }
    }

    /** All rows, in the order of the file. */
    public List<TopicSpec> specs() {
        return List.copyOf(specs.values());
    }

    /** @throws IllegalArgumentException if there is no such kind */
    public TopicSpec spec(String kind) {
        TopicSpec spec = specs.get(kind);
        if (spec == null) {
            throw new IllegalArgumentException("topic kind '" + kind + "' must be one of " + specs.keySet());
        }
        return spec;
    }

    /** The largest record batch that topics of a kind take, in bytes. */
    public long maxMessageBytes(String kind) {
        return spec(kind).maxMessageBytes();
    }

    /** The topics that exist once. */
    public List<PlannedTopic> shared(Topics topics, ClusterShape shape) {
        return plan(TopicSpec.Scope.SHARED, topics, shape, "");
    }

    /**
     * The topics of one tenant. Requests come last: create them in this order, and no request can arrive before the
     * topics of its answer are there.
     */
    public List<PlannedTopic> forTenant(Topics topics, ClusterShape shape, String tenant) {
        return plan(TopicSpec.Scope.TENANT, topics, shape, Keys.requireTenant(tenant));
    }

    /** The dispatch topics of one model, one a lane. */
    public List<PlannedTopic> forModel(Topics topics, ClusterShape shape, String slug) {
        return plan(TopicSpec.Scope.MODEL, topics, shape, Keys.requireSlug(slug));
    }

    private List<PlannedTopic> plan(TopicSpec.Scope scope, Topics topics, ClusterShape shape, String owner) {
        List<PlannedTopic> planned = new ArrayList<>();
        specs.values().stream()
                .filter(spec -> spec.scope() == scope)
                .sorted(Comparator.comparing(spec -> spec.kind().equals(REQUESTS)))
                .forEach(spec -> names(spec, topics, owner)
                        .forEach(name -> planned.add(plan(spec, topics.prefix(), name, shape))));
        return List.copyOf(planned);
    }

    private static List<String> names(TopicSpec spec, Topics topics, String owner) {
        String name = topics.prefix() + spec.name().replace("{tenant}", owner).replace("{slug}", owner);
        if (!spec.perLane()) {
            return List.of(name);
        }
        return List.of(
                name.replace("{lane}", Topics.laneName(Lane.ONLINE)),
                name.replace("{lane}", Topics.laneName(Lane.BATCH)));
    }

    private PlannedTopic plan(TopicSpec spec, String prefix, String name, ClusterShape shape) {
        return new PlannedTopic(
                name,
                spec.partitionsIn(shape),
                shape.replication(),
                config(spec, shape),
                subject(spec, prefix, name),
                schemas.get(spec.value()));
    }

    private static @Nullable String subject(TopicSpec spec, String prefix, String name) {
        String template = spec.subject();
        return template == null ? null : template.replace("{topic}", name).replace("{prefix}", prefix);
    }

    private static Map<String, String> config(TopicSpec spec, ClusterShape shape) {
        Map<String, String> config = new TreeMap<>(spec.config());
        config.put("cleanup.policy", spec.cleanup());
        config.put("message.timestamp.type", spec.timestampType());
        config.put("max.message.bytes", Long.toString(spec.maxMessageBytes()));
        config.put("min.insync.replicas", shape.replication() >= 3 ? "2" : "1");
        config.put("unclean.leader.election.enable", "false");
        String retention = spec.retention();
        if (retention != null) {
            config.put("retention.ms", Long.toString(Duration.parse(retention).toMillis()));
        }
        return config;
    }
}
