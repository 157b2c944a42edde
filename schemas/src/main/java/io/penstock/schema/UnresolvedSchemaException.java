package io.penstock.schema;

/**
 * The writer's schema id is not known here yet, so nothing can be said about the event: call {@link EventCodec#resolve} off
 * the stream thread, then decode again.
 */
public final class UnresolvedSchemaException extends RuntimeException {
    private final int schemaId;

    public UnresolvedSchemaException(int schemaId) {
        super("writer schema " + schemaId + " is not resolved yet");
        this.schemaId = schemaId;
    }

    public int schemaId() {
        return schemaId;
    }
}
