package io.penstock.embedded;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/**
 * Confluent's seven levels: which earlier versions a new schema is held against, and in which direction.
 *
 * <p>Backward means the new schema reads what the old one wrote, forward that the old one reads what the new one
 * writes. The rules of reading are those of the Avro specification's schema resolution.
 */
enum CompatibilityLevel {
    NONE(false, false, false),
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    /** What holds where nobody set a level, as in Confluent's registry. */
    static final CompatibilityLevel DEFAULT = BACKWARD;

    private final boolean newReadsOld;
    private final boolean oldReadsNew;
    private final boolean allVersions;

    CompatibilityLevel(boolean newReadsOld, boolean oldReadsNew, boolean allVersions) {
        this.newReadsOld = newReadsOld;
        this.oldReadsNew = oldReadsNew;
        this.allVersions = allVersions;
    }

    static CompatibilityLevel parse(String name) {
        return Arrays.stream(values())
                .filter(level -> level.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new RegistryException(
                        42203, "Invalid compatibility level '" + name + "'. Valid values are " + List.of(values())));
    }

    /** An earlier schema and its version number. */
    record Version(int number, Schema schema) {}

    /**
     * Why the new schema may not follow the earlier ones.
     *
     * @param earlier in ascending order of version
     * @return one reason each, empty when compatible
     */
    List<String> reasonsAgainst(Schema schema, List<Version> earlier) {
        int first = allVersions ? 0 : Math.max(0, earlier.size() - 1);
        List<String> reasons = new ArrayList<>();
        for (Version old : earlier.subList(first, earlier.size())) {
            if (newReadsOld) {
                collect(reasons, schema, old.schema(), "the new schema cannot read version " + old.number());
            }
            if (oldReadsNew) {
                collect(reasons, old.schema(), schema, "version " + old.number() + " cannot read the new schema");
            }
        }
        return List.copyOf(reasons);
    }

    private static void collect(List<String> reasons, Schema reader, Schema writer, String what) {
        for (Incompatibility problem : SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()) {
            reasons.add(problem.getType() + " at " + problem.getLocation() + ": " + problem.getMessage() + "; " + what);
        }
    }
}
