package io.penstock.schema;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One row of topics.json: everything about one kind of topic. Terraform reads the same file, so it is data, and access
 * lists are made from writers and readers.
 *
 * @param kind what the row is called, e.g. route-events
 * @param name after the prefix, with {lane}, {tenant} and {slug} to fill in
 * @param key what the record key is, in words
 * @param value simple name of the Avro record, or raw
 * @param partitions data = as many as {@link ClusterShape} says, or a fixed number
 * @param cleanup delete or compact
 * @param retention ISO-8601 duration that records are kept; null exactly for compacted topics
 * @param timestampType LogAppendTime or CreateTime
 * @param maxMessageBytes largest record batch the broker takes
 * @param subject of the schema registry, with {topic} or {prefix} to fill in; null exactly for raw values
 * @param config further topic configuration
 * @param writers roles that may write
 * @param readers roles that may read
 */
public record TopicSpec(
        String kind,
        String name,
        String key,
        String value,
        String partitions,
        String cleanup,
        @Nullable String retention,
        String timestampType,
        long maxMessageBytes,
        @Nullable String subject,
        Map<String, String> config,
        List<String> writers,
        List<String> readers) {

    static final String RAW = "raw";
    static final String DATA = "data";
    private static final Set<String> ROLES = Set.of(
            "router", "learner", "dispatcher", "gateway", "tenant-producer", "tenant-consumer", "operator", "analyst");

    /** For whom topics of a kind exist. */
    public enum Scope {
        SHARED,
        TENANT,
        MODEL
    }

    /** @throws IllegalArgumentException that names the kind, the field, its value and what would be right */
    public TopicSpec {
        // Jackson passes null for what a row lacks.
        requirePresent(kind, "kind", kind);
        requirePresent(kind, "name", name);
        requirePresent(kind, "key", key);
        requirePresent(kind, "value", value);
        requirePresent(kind, "partitions", partitions);
        requirePresent(kind, "config", config);
        requirePresent(kind, "writers", writers);
        requirePresent(kind, "readers", readers);
        requireOneOf(kind, "cleanup", cleanup, Set.of("delete", "compact"));
        requireOneOf(kind, "timestampType", timestampType, Set.of("LogAppendTime", "CreateTime"));
        require(
                kind,
                DATA.equals(partitions) || partitions.matches("[1-9][0-9]{0,3}"),
                "partitions '" + partitions + "' must be data or a number of 1 to 9999");
        require(
                kind,
                maxMessageBytes >= 1 && maxMessageBytes <= Integer.MAX_VALUE,
                "maxMessageBytes " + maxMessageBytes + " must be 1 to " + Integer.MAX_VALUE);
        require(
                kind,
                "delete".equals(cleanup) == (retention != null),
                "retention must be given for cleanup delete and for nothing else, but is " + retention + " for "
                        + cleanup);
        require(kind, retention == null || isPositive(retention), "retention '" + retention + "' must be like P7D");
        require(
                kind,
                RAW.equals(value) == (subject == null),
                "subject must be given unless the value is raw, but is " + subject + " for " + value);
        require(kind, !name.contains("{tenant}") || !name.contains("{slug}"), "name '" + name + "' has two scopes");
        config = Map.copyOf(config);
        writers = requireRoles(kind, "writers", writers);
        readers = requireRoles(kind, "readers", readers);
    }

    public Scope scope() {
        if (name.contains("{tenant}")) {
            return Scope.TENANT;
        }
        return name.contains("{slug}") ? Scope.MODEL : Scope.SHARED;
    }

    /** Whether there is one such topic a lane. */
    public boolean perLane() {
        return name.contains("{lane}");
    }

    /** How many partitions such a topic has in a cluster. */
    public int partitionsIn(ClusterShape shape) {
        return DATA.equals(partitions) ? shape.partitions() : Integer.parseInt(partitions);
    }

    private static List<String> requireRoles(String kind, String field, List<String> roles) {
        require(kind, !roles.isEmpty(), field + " must not be empty");
        roles.forEach(role -> requireOneOf(kind, field, role, ROLES));
        require(kind, Set.copyOf(roles).size() == roles.size(), field + " " + roles + " names a role twice");
        return List.copyOf(roles);
    }

    private static void requireOneOf(String kind, String field, @Nullable String value, Set<String> allowed) {
        require(
                kind,
                value != null && allowed.contains(value),
                field + " '" + value + "' must be one of "
                        + allowed.stream().sorted().toList());
    }

    private static void requirePresent(String kind, String field, @Nullable Object value) {
        require(kind, value != null && !"".equals(value), field + " is missing");
    }

    private static void require(@Nullable String kind, boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("topic kind " + kind + ": " + message);
        }
    }

    private static boolean isPositive(String duration) {
        try {
            return Duration.parse(duration).compareTo(Duration.ZERO) > 0;
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
