package io.penstock.app;

import io.penstock.app.node.Clients;
import io.penstock.schema.ClusterShape;
import io.penstock.schema.ConfluentRegistry;
import io.penstock.schema.EventCodec;
import io.penstock.schema.SchemaRegistry;
import io.penstock.schema.TopicCatalog;
import io.penstock.schema.Topics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** Options of commands that are clients of a node that runs elsewhere, and what those options lead to. */
final class Connection {
    private static final int CONNECT_TIMEOUT_MILLIS = 3_000;

    @Option(
            names = "--bootstrap-servers",
            defaultValue = "${env:PENSTOCK_BOOTSTRAP_SERVERS:-127.0.0.1:19092}",
            paramLabel = "HOST:PORT",
            description = "Brokers (default: ${DEFAULT-VALUE}).")
    private String bootstrapServers = "";

    @Option(
            names = "--schema-registry",
            defaultValue = "${env:PENSTOCK_SCHEMA_REGISTRY:-http://127.0.0.1:18081}",
            paramLabel = "URL",
            description = "Schema registry (default: ${DEFAULT-VALUE}).")
    private String schemaRegistry = "";

    @Option(
            names = "--prefix",
            defaultValue = Topics.DEFAULT_PREFIX,
            paramLabel = "P",
            description = "Of all topics (default: ${DEFAULT-VALUE}).")
    private String prefix = "";

    @Option(
            names = "--client",
            paramLabel = "KEY=VALUE",
            description = "A setting of Kafka's clients, e.g. security.protocol=SSL; repeatable.")
    private Map<String, String> client = Map.of();

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Settings of Kafka's clients. */
    Map<String, String> settings() {
        return client;
    }

    Topics topics() {
        return new Topics(prefix);
    }

    /** Whether any of the named brokers takes connections. */
    boolean isListening() {
        for (String server : bootstrapServers.split(",", -1)) {
            if (connects(server.trim())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Clients of the cluster.
     *
     * @throws IllegalStateException in one sentence, if nothing listens there
     */
    Clients clients() {
        if (!isListening()) {
            throw new IllegalStateException("Nothing listens on " + bootstrapServers
                    + ": start a node with 'penstock up', or name another with --bootstrap-servers.");
        }
        return new Clients(bootstrapServers, client);
    }

    /** A codec that can read every event and write those that clients write. Registers nothing that is not there. */
    EventCodec codec(String tenant) {
        SchemaRegistry registry = new ConfluentRegistry(schemaRegistry, Map.of());
        TopicCatalog catalog = TopicCatalog.load();
        ClusterShape shape = new ClusterShape(1, (short) 1);
        EventCodec codec = EventCodec.connect(registry, List.of());
        codec.register(catalog.forTenant(topics(), shape, tenant));
        return codec;
    }

    /** A codec that can also write the catalog. */
    EventCodec catalogCodec() {
        return writer(Set.of(topics().catalog()));
    }

    /** A codec that can also write policies, their history and the catalog. */
    EventCodec policyCodec() {
        return writer(Set.of(topics().catalog(), topics().policies(), topics().policyHistory()));
    }

    private EventCodec writer(Set<String> written) {
        EventCodec codec = reader();
        codec.register(TopicCatalog.load().shared(topics(), new ClusterShape(1, (short) 1)).stream()
                .filter(topic -> written.contains(topic.name()))
                .toList());
        return codec;
    }

    /** A codec that reads. */
    EventCodec reader() {
        return EventCodec.connect(new ConfluentRegistry(schemaRegistry, Map.of()), List.of());
    }

    private static boolean connects(String server) {
        int colon = server.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("broker '" + server + "' must be HOST:PORT");
        }
        try (Socket socket = new Socket()) {
            int port = Integer.parseInt(server.substring(colon + 1));
            socket.connect(new InetSocketAddress(server.substring(0, colon), port), CONNECT_TIMEOUT_MILLIS);
            return true;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("broker '" + server + "' must be HOST:PORT", e);
        } catch (IOException e) {
            return false;
        }
    }
}
