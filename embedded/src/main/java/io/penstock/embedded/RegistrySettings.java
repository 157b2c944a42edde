package io.penstock.embedded;

import java.util.Map;

/**
 * Where and how an {@link EmbeddedRegistry} runs.
 *
 * @param bootstrapServers the Kafka cluster that keeps the schemas
 * @param port the HTTP port on 127.0.0.1, 0 for any free one
 * @param topic the compacted topic of one partition that holds the schemas; made when missing; one registry a topic
 * @param kafkaConfig client settings, say of a secured cluster; not logged
 */
public record RegistrySettings(String bootstrapServers, int port, String topic, Map<String, Object> kafkaConfig) {
    /** The HTTP port unless told otherwise. */
    public static final int DEFAULT_PORT = 18081;

    /** The topic unless told otherwise. */
    public static final String DEFAULT_TOPIC = "penstock.schemas";

    public RegistrySettings {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("bootstrapServers is empty; it must be host:port[,host:port]");
        }
        Ports.check("port", port);
        if (topic.isBlank()) {
            throw new IllegalArgumentException("topic is empty; it must be a Kafka topic name");
        }
        kafkaConfig = Map.copyOf(kafkaConfig);
    }

    /** The fixed loopback port and the usual topic. */
    public static RegistrySettings defaults(String bootstrapServers) {
        return new RegistrySettings(bootstrapServers, DEFAULT_PORT, DEFAULT_TOPIC, Map.of());
    }

    /** Names the cluster but not {@code kafkaConfig}, which may hold secrets. */
    @Override
    public String toString() {
        return "RegistrySettings[bootstrapServers=" + bootstrapServers + ", port=" + port + ", topic=" + topic + "]";
    }
}
