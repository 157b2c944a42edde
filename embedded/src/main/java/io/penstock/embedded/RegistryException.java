package io.penstock.embedded;

/**
 * An answer other than 200, with Confluent's error code: its first three digits are the HTTP status.
 *
 * <p>See the error codes in Confluent's Schema Registry API reference.
 */
final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String text;

    RegistryException(int code, String message) {
        super(message, null, false, false);
        this.code = code;
        this.text = message;
    }

    int code() {
        return code;
    }

    /** The message, for the answer's body. */
    String text() {
        return text;
    }

    int status() {
        return code < 1000 ? code : code / 100;
    }

    static RegistryException subjectNotFound(String subject) {
        return new RegistryException(40401, "Subject '" + subject + "' not found.");
    }

    static RegistryException versionNotFound(int version) {
        return new RegistryException(40402, "Version " + version + " not found.");
    }

    static RegistryException schemaNotFound(String which) {
        return new RegistryException(40403, "Schema" + which + " not found.");
    }

    static RegistryException invalidSchema(String why) {
        return new RegistryException(42201, "Invalid schema: " + why);
    }
}
