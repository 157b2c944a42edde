package io.penstock.embedded;

import io.penstock.embedded.StoredSchema.Reference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Parses schemas with what they refer to, and holds a new one against the earlier versions of its subject. */
final class SchemaRules {
    private final SchemaState state;

    SchemaRules(SchemaState state) {
        this.state = state;
    }

    /** @throws RegistryException 42201 with Avro's own words when the text is no schema */
    Schema parse(String text, List<Reference> references) {
        try {
            Schema.Parser parser = new Schema.Parser();
            parseReferences(parser, references, new LinkedHashSet<>());
            return parser.parse(text);
        } catch (AvroRuntimeException e) {
            throw RegistryException.invalidSchema(Sentences.of(e));
        }
    }

    private void parseReferences(Schema.Parser parser, List<Reference> references, Set<Reference> done) {
        for (Reference reference : references) {
            if (done.add(reference)) {
                StoredSchema named = state.versions(reference.subject()).stream()
                        .filter(s -> s.version() == reference.version())
                        .findFirst()
                        .orElseThrow(() -> RegistryException.invalidSchema("no schema for reference " + reference));
                parseReferences(parser, named.references(), done);
                parser.parse(named.text());
            }
        }
    }

    /** The level that holds for a subject: its own, else the global one. */
    CompatibilityLevel level(String subject) {
        return state.level(subject).orElseGet(state::globalLevel);
    }

    /** Why the schema may not follow these versions at the subject's level; empty when it may. */
    List<String> reasonsAgainst(String subject, Schema schema, List<StoredSchema> earlier) {
        List<CompatibilityLevel.Version> versions = new ArrayList<>();
        for (StoredSchema old : earlier) {
            versions.add(new CompatibilityLevel.Version(old.version(), parse(old.text(), old.references())));
        }
        return level(subject).reasonsAgainst(schema, versions);
    }
}
