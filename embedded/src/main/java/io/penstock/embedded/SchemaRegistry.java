package io.penstock.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.embedded.StoredSchema.Reference;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry's operations: registering, finding and removing schemas, levels and modes.
 *
 * <p>Writers hold one lock from reading the end of the topic to reading their own record back, so that ids and versions
 * are given once. Readers ask the state alone, and read the topic's end only before they answer "not found".
 */
final class SchemaRegistry {
    private static final Logger LOGGER = LoggerFactory.getLogger(SchemaRegistry.class);

    private final SchemaLog log;
    private final SchemaState state;
    private final SchemaRules rules;

    SchemaRegistry(SchemaLog log, SchemaState state) {
        this.log = log;
        this.state = state;
        this.rules = new SchemaRules(state);
    }

    SchemaState state() {
        return state;
    }

    SchemaRules rules() {
        return rules;
    }

    /** Stores the schema as the subject's next version, or finds it there. */
    synchronized StoredSchema register(String subject, String text, List<Reference> references) {
        refresh();
        if (mode(subject) != SchemaState.Mode.READWRITE) {
            throw new RegistryException(42205, "Subject " + subject + " is in read-only mode");
        }
        Schema schema = rules.parse(text, references);
        String canonical = schema.toString();
        List<StoredSchema> all = state.versions(subject);
        List<StoredSchema> live = live(all);
        for (StoredSchema known : live) {
            if (known.isSame(canonical, references)) {
                return known;
            }
        }
        List<String> reasons = rules.reasonsAgainst(subject, schema, live);
        if (!reasons.isEmpty()) {
            throw new RegistryException(
                    409,
                    "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                            + "\" at level " + rules.level(subject) + ", details: " + reasons);
        }
        int version = all.isEmpty() ? 1 : all.get(all.size() - 1).version() + 1;
        int id = state.find(s -> s.isSame(canonical, references)).stream()
                .map(StoredSchema::id)
                .findFirst()
                .orElse(state.maxId() + 1);
        StoredSchema added = new StoredSchema(subject, version, id, canonical, references, false);
        store(added);
        LOGGER.atInfo()
                .addKeyValue("subject", subject)
                .addKeyValue("version", version)
                .addKeyValue("schemaId", id)
                .log("schema registered");
        return added;
    }

    /** The version of the subject that holds this schema. */
    StoredSchema lookup(String subject, String text, List<Reference> references, boolean deletedToo) {
        String canonical = rules.parse(text, references).toString();
        List<StoredSchema> versions = versions(subject, deletedToo);
        return versions.stream()
                .filter(s -> s.isSame(canonical, references))
                .findFirst()
                .orElseThrow(() -> RegistryException.schemaNotFound(""));
    }

    /** The subject's versions, ascending and never empty. */
    List<StoredSchema> versions(String subject, boolean deletedToo) {
        List<StoredSchema> found = visible(subject, deletedToo);
        if (found.isEmpty()) {
            refresh();
            found = visible(subject, deletedToo);
        }
        if (found.isEmpty()) {
            throw RegistryException.subjectNotFound(subject);
        }
        return found;
    }

    private List<StoredSchema> visible(String subject, boolean deletedToo) {
        List<StoredSchema> all = state.versions(subject);
        return deletedToo ? all : live(all);
    }

    private static List<StoredSchema> live(List<StoredSchema> all) {
        return all.stream().filter(s -> !s.deleted()).toList();
    }

    /** One version; the latest for an empty number. */
    StoredSchema version(String subject, Optional<Integer> number, boolean deletedToo) {
        List<StoredSchema> versions = versions(subject, deletedToo);
        if (number.isEmpty()) {
            return versions.get(versions.size() - 1);
        }
        return versions.stream()
                .filter(s -> s.version() == number.get())
                .findFirst()
                .orElseThrow(() -> RegistryException.versionNotFound(number.get()));
    }

    /** Every version of any subject that has this id, softly deleted ones too: data may still carry it. */
    List<StoredSchema> byId(int id) {
        Predicate<StoredSchema> hasId = s -> s.id() == id;
        List<StoredSchema> found = state.find(hasId);
        if (found.isEmpty()) {
            refresh();
            found = state.find(hasId);
        }
        if (found.isEmpty()) {
            throw RegistryException.schemaNotFound(" " + id);
        }
        return found;
    }

    /** Ids of the live schemas that refer to this version. */
    List<Integer> referencedBy(StoredSchema schema) {
        return state
                .find(s -> !s.deleted()
                        && s.references().stream()
                                .anyMatch(r -> r.subject().equals(schema.subject()) && r.version() == schema.version()))
                .stream()
                .map(StoredSchema::id)
                .distinct()
                .toList();
    }

    /** Removes versions of one subject: softly first, for good only what is softly deleted. */
    synchronized List<Integer> delete(List<StoredSchema> versions, boolean permanent) {
        for (StoredSchema schema : versions) {
            List<Integer> users = referencedBy(schema);
            if (!users.isEmpty()) {
                throw new RegistryException(
                        42206,
                        "One or more references exist to the schema " + schema.subject() + " version "
                                + schema.version() + ": ids " + users);
            }
        }
        if (permanent) {
            // The id must not be given again: compaction will remove the only record that had it.
            log.append(
                    RegistryJson.object().put("keytype", "NOOP").put("magic", 0),
                    RegistryJson.object().put("maxId", state.maxId()));
        }
        for (StoredSchema schema : versions) {
            if (permanent) {
                log.append(key(schema), null);
            } else {
                store(schema.asDeleted());
            }
        }
        return versions.stream().map(StoredSchema::version).toList();
    }

    private void store(StoredSchema schema) {
        log.append(key(schema), RegistryJson.of(schema).put("deleted", schema.deleted()));
    }

    private static ObjectNode key(StoredSchema schema) {
        return RegistryJson.object()
                .put("keytype", "SCHEMA")
                .put("subject", schema.subject())
                .put("version", schema.version())
                .put("magic", 1);
    }

    /** Writes a level or a mode of a subject, or the global one. */
    synchronized void configure(String keyType, Optional<String> subject, Optional<JsonNode> value) {
        ObjectNode key = RegistryJson.object().put("keytype", keyType).put("magic", 0);
        if (subject.isPresent()) {
            key.put("subject", subject.get());
        } else {
            key.putNull("subject");
        }
        log.append(key, value.orElse(null));
    }

    private SchemaState.Mode mode(String subject) {
        return state.mode(subject).orElseGet(state::globalMode);
    }

    private synchronized void refresh() {
        try {
            log.catchUp();
        } catch (KafkaException e) {
            throw new RegistryException(50001, "Error in the backend data store - " + Sentences.of(e));
        }
    }

    /** Waits for a writer that is under way, then stops. */
    synchronized void close() {
        log.close();
    }
}
