package io.penstock.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** The endpoints of compatibility checks, levels and modes. */
final class RegistryLevels {
    private static final String LEVEL = "CONFIG";
    private static final String MODE = "MODE";

    private final SchemaRegistry registry;

    RegistryLevels(SchemaRegistry registry) {
        this.registry = registry;
    }

    /** Against all versions that the subject's level names; a new subject takes any schema. */
    JsonNode checkAll(RegistryRequest r) {
        String subject = r.segment(2);
        Schema schema = registry.rules().parse(r.schema(), r.references());
        List<StoredSchema> live = registry.state().versions(subject).stream()
                .filter(s -> !s.deleted())
                .toList();
        return answer(r, registry.rules().reasonsAgainst(subject, schema, live));
    }

    /** Against one version; against the latest of a new subject everything is compatible. */
    JsonNode checkOne(RegistryRequest r) {
        String subject = r.segment(2);
        Schema schema = registry.rules().parse(r.schema(), r.references());
        Optional<Integer> version = r.version(4);
        StoredSchema old;
        try {
            old = registry.version(subject, version, false);
        } catch (RegistryException e) {
            if (version.isEmpty() && e.status() == 404) {
                return answer(r, List.of());
            }
            throw e;
        }
        return answer(r, registry.rules().reasonsAgainst(subject, schema, List.of(old)));
    }

    private static JsonNode answer(RegistryRequest r, List<String> reasons) {
        ObjectNode answer = RegistryJson.object().put("is_compatible", reasons.isEmpty());
        if (r.flag("verbose")) {
            answer.set("messages", RegistryJson.array(reasons));
        }
        return answer;
    }

    JsonNode globalLevel() {
        return level(registry.state().globalLevel());
    }

    JsonNode level(RegistryRequest r) {
        String subject = r.segment(1);
        Optional<CompatibilityLevel> own = registry.state().level(subject);
        if (own.isEmpty() && !r.flag("defaultToGlobal")) {
            throw new RegistryException(
                    40408, "Subject '" + subject + "' does not have subject-level compatibility configured");
        }
        return level(own.orElseGet(registry.state()::globalLevel));
    }

    JsonNode setLevel(RegistryRequest r, Optional<String> subject) {
        CompatibilityLevel level = CompatibilityLevel.parse(r.text("compatibility", 42203));
        registry.configure(LEVEL, subject, Optional.of(level(level)));
        return RegistryJson.object().put("compatibility", level.name());
    }

    JsonNode removeLevel(Optional<String> subject) {
        CompatibilityLevel old = subject.map(registry.rules()::level).orElseGet(registry.state()::globalLevel);
        registry.configure(LEVEL, subject, Optional.empty());
        return level(old);
    }

    private static ObjectNode level(CompatibilityLevel level) {
        return RegistryJson.object().put("compatibilityLevel", level.name());
    }

    JsonNode globalMode() {
        return mode(registry.state().globalMode());
    }

    JsonNode mode(RegistryRequest r) {
        String subject = r.segment(1);
        Optional<SchemaState.Mode> own = registry.state().mode(subject);
        if (own.isEmpty() && !r.flag("defaultToGlobal")) {
            throw new RegistryException(40409, "Subject '" + subject + "' does not have subject-level mode configured");
        }
        return mode(own.orElseGet(registry.state()::globalMode));
    }

    JsonNode setMode(RegistryRequest r, Optional<String> subject) {
        String name = r.text("mode", 42204);
        SchemaState.Mode mode = Arrays.stream(SchemaState.Mode.values())
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RegistryException(
                        42204, "Invalid mode '" + name + "'. Valid values are " + List.of(SchemaState.Mode.values())));
        registry.configure(MODE, subject, Optional.of(mode(mode)));
        return mode(mode);
    }

    JsonNode removeMode(RegistryRequest r) {
        JsonNode old = mode(r);
        registry.configure(MODE, Optional.of(r.segment(1)), Optional.empty());
        return old;
    }

    private static ObjectNode mode(SchemaState.Mode mode) {
        return RegistryJson.object().put("mode", mode.name());
    }
}
