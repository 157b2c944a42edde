package io.penstock.schema;

/** Bytes that are not the event they should be. The message says what is wrong, and where, but never has any of the payload. */
public final class MalformedEventException extends RuntimeException {
    private final Reason reason;

    /** What is wrong; the lower-case name is the metric label. */
    public enum Reason {
        /** No bytes at all. */
        EMPTY,
        /** Fewer bytes than the magic byte and the schema id need. */
        TOO_SHORT,
        /** The first byte is not 0: not the Confluent wire format. */
        WRONG_MAGIC,
        /** The registry does not know the writer's schema id. */
        UNKNOWN_SCHEMA,
        /** The writer's schema cannot be read as ours. */
        INCOMPATIBLE_SCHEMA,
        /** The body ends inside a value, or announces more than it has. */
        TRUNCATED,
        /** Bytes are left after the record. */
        TRAILING_BYTES,
        /** The writer's record is another than the one this topic holds. */
        WRONG_RECORD,
        /** A value that no writer of the schema can have made, such as an unknown branch of a union. */
        CORRUPT
    }

    public MalformedEventException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
