package io.penstock.embedded;

import java.util.List;

/**
 * One version of one subject.
 *
 * @param id the number in the wire format; equal schemas share it across subjects
 * @param text the schema as Avro prints it, so layout does not make two of one
 * @param deleted softly: hidden, but still found by id
 */
record StoredSchema(String subject, int version, int id, String text, List<Reference> references, boolean deleted) {

    /** A schema of another subject that this one names. */
    record Reference(String name, String subject, int version) {}

    StoredSchema {
        references = List.copyOf(references);
    }

    boolean isSame(String otherText, List<Reference> otherReferences) {
        return text.equals(otherText) && references.equals(otherReferences);
    }

    StoredSchema asDeleted() {
        return new StoredSchema(subject, version, id, text, references, true);
    }
}
