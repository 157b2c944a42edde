package io.penstock.app.audit;

import io.penstock.topology.policy.WarmStart;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to audit.
 *
 * @param bootstrapServers brokers, host:port separated by commas
 * @param registryUrl of the schema registry
 * @param prefix of all topics
 * @param client further settings of the Kafka client, such as security
 * @param scope how much is checked
 */
public record AuditOptions(
        String bootstrapServers, String registryUrl, String prefix, Map<String, String> client, Scope scope) {

    /**
     * How much is checked.
     *
     * @param expectIdle whether everything must be finished, so that what is open is a violation
     * @param warm the warm model in use, so that its residuals are refolded too; null = they are not
     */
    public record Scope(boolean expectIdle, @Nullable WarmStart warm) {}

    public AuditOptions {
        client = Map.copyOf(client);
    }

    /** Without the client's settings, which may hold passwords. */
    @Override
    public String toString() {
        return "AuditOptions[" + bootstrapServers + ", " + registryUrl + ", prefix " + prefix + ", expectIdle "
                + scope.expectIdle() + "]";
    }
}
