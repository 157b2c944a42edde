package io.penstock.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the records of the schemas topic add up to. Changed by {@link #apply} alone, live and on restore.
 *
 * <p>Keys and values are those of Confluent's {@code _schemas} topic ({@code SCHEMA}, {@code CONFIG}, {@code MODE});
 * key types this class does not know are skipped. Threads: every method locks this object.
 */
final class SchemaState {
    private static final String GLOBAL = "";

    private final TreeMap<String, TreeMap<Integer, StoredSchema>> subjects = new TreeMap<>();
    private final Map<String, CompatibilityLevel> levels = new HashMap<>();
    private final Map<String, Mode> modes = new HashMap<>();
    private int maxId;

    /** Whether schemas may be registered. */
    enum Mode {
        READWRITE,
        READONLY
    }

    /** Takes one record in; a null value removes what the key names. */
    synchronized void apply(JsonNode key, @Nullable JsonNode value) {
        String subject = key.path("subject").isTextual() ? key.path("subject").textValue() : GLOBAL;
        switch (key.path("keytype").asText()) {
            case "SCHEMA" -> applySchema(subject, key.path("version").asInt(), value);
            case "CONFIG" ->
                put(
                        levels,
                        subject,
                        value == null
                                ? null
                                : CompatibilityLevel.parse(
                                        value.path("compatibilityLevel").asText()));
            case "MODE" ->
                put(
                        modes,
                        subject,
                        value == null ? null : Mode.valueOf(value.path("mode").asText()));
            case "NOOP" ->
                maxId = Math.max(maxId, value == null ? 0 : value.path("maxId").asInt());
            default -> {}
        }
    }

    private void applySchema(String subject, int version, @Nullable JsonNode value) {
        TreeMap<Integer, StoredSchema> versions = subjects.computeIfAbsent(subject, s -> new TreeMap<>());
        if (value == null) {
            versions.remove(version);
        } else {
            int id = value.path("id").asInt();
            maxId = Math.max(maxId, id);
            versions.put(
                    version,
                    new StoredSchema(
                            subject,
                            version,
                            id,
                            value.path("schema").asText(),
                            RegistryJson.references(value),
                            value.path("deleted").asBoolean(false)));
        }
        if (versions.isEmpty()) {
            subjects.remove(subject);
        }
    }

    private static <V> void put(Map<String, V> map, String key, @Nullable V value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    /** The highest id ever given, also to schemas that are gone. */
    synchronized int maxId() {
        return maxId;
    }

    /** All versions of a subject, ascending, softly deleted ones too; empty for an unknown one. */
    synchronized List<StoredSchema> versions(String subject) {
        return List.copyOf(subjects.getOrDefault(subject, new TreeMap<>()).values());
    }

    /** Everything that matches, by subject and version. */
    synchronized List<StoredSchema> find(Predicate<StoredSchema> condition) {
        List<StoredSchema> found = new ArrayList<>();
        subjects.values()
                .forEach(
                        versions -> versions.values().stream().filter(condition).forEach(found::add));
        return found;
    }

    synchronized Optional<CompatibilityLevel> level(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    synchronized CompatibilityLevel globalLevel() {
        return levels.getOrDefault(GLOBAL, CompatibilityLevel.DEFAULT);
    }

    synchronized Optional<Mode> mode(String subject) {
        return Optional.ofNullable(modes.get(subject));
    }

    synchronized Mode globalMode() {
        return modes.getOrDefault(GLOBAL, Mode.READWRITE);
    }
}
