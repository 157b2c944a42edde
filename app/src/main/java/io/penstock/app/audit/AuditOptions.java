package io.penstock.app.audit;

import java.util.Map;

/**
 * What to audit.
 *
 * @param bootstrapServers brokers, host:port separated by commas
 * @param registryUrl of the schema registry
 * @param prefix of all topics
 * @param client further settings of the Kafka client, such as security
 * @param expectIdle whether everything must be finished, so that what is open is a violation
 */
public record AuditOptions(
        String bootstrapServers, String registryUrl, String prefix, Map<String, String> client, boolean expectIdle) {

    public AuditOptions {
        client = Map.copyOf(client);
    }

    /** Without the client's settings, which may hold passwords. */
    @Override
    public String toString() {
        return "AuditOptions[" + bootstrapServers + ", " + registryUrl + ", prefix " + prefix + ", expectIdle "
                + expectIdle + "]";
    }
}
