package io.penstock.schema;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What Penstock needs of a schema registry. Calls block on the network: never make them in a stream thread.
 * Implementations are thread-safe.
 */
public interface SchemaRegistry {
    /**
     * Registers a schema, or finds it if the subject has it.
     *
     * @return its id, the same for equal schemas of all subjects
     * @throws IllegalStateException if the registry refuses the schema (incompatible or invalid)
     * @throws RegistryUnavailableException if the registry does not answer, or with an error of its own
     */
    int register(String subject, Schema schema);

    /**
     * Sets the compatibility level of a subject, e.g. FULL_TRANSITIVE.
     *
     * @throws IllegalStateException if the registry refuses the level
     * @throws RegistryUnavailableException if the registry does not answer, or with an error of its own
     */
    void setCompatibility(String subject, String level);

    /**
     * The schema of an id; null if the registry says that it has none (404) or has something that is not an Avro schema.
     *
     * @throws RegistryUnavailableException if the registry does not answer, or with an error of its own
     */
    @Nullable
    Schema byId(int id);
}
