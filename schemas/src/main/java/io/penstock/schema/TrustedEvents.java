package io.penstock.schema;

import io.penstock.event.Cancel;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Tells Avro that it may make our generated classes: since 1.12.2 it trusts no class that it finds by the name in a schema.
 * Each generated record asks for it when it is loaded, so nobody needs a system property. What others allowed stays allowed,
 * and nothing outside the events' package is added.
 */
public final class TrustedEvents {
    private static final String EVENTS = Cancel.class.getPackageName();

    static {
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                type -> type.getPackageName().equals(EVENTS), ClassSecurityValidator.getGlobal()));
    }

    private TrustedEvents() {}

    /** Does its work once, when this class is loaded. */
    public static void trust() {
        // See the static initializer.
    }
}
