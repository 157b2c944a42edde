package io.penstock.schema;

import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A topic ready to be created.
 *
 * @param name full, with prefix
 * @param config Kafka's topic configuration, complete: nothing that matters is left to a broker's default
 * @param subject where its schema is registered; null = raw bytes
 * @param schema of its values as the registry sees it; null exactly when there is no subject
 */
public record PlannedTopic(
        String name,
        int partitions,
        short replication,
        Map<String, String> config,
        @Nullable String subject,
        @Nullable Schema schema) {

    public PlannedTopic {
        if ((subject == null) != (schema == null)) {
            throw new IllegalArgumentException(name + ": subject and schema must be given both or not at all");
        }
        config = Map.copyOf(config);
    }

    /** The same with one configuration value set, e.g. CreateTime for a deterministic replay. */
    public PlannedTopic with(String key, String value) {
        Map<String, String> changed = new TreeMap<>(config);
        changed.put(key, value);
        return new PlannedTopic(name, partitions, replication, changed, subject, schema);
    }
}
