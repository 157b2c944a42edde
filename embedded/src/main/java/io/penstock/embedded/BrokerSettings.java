package io.penstock.embedded;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where and how an {@link EmbeddedBroker} runs.
 *
 * @param dataDirectory the folder of the broker's data; made when missing, otherwise one that this class wrote
 * @param brokerPort the port for clients on 127.0.0.1, 0 for any free one
 * @param controllerPort the port of the metadata quorum on 127.0.0.1, 0 for any free one; no client uses it
 * @param deleteOnClose whether the data folder is removed on close
 * @param overrides Kafka broker settings that replace the module's own; addresses, roles and folders are not open to it
 */
public record BrokerSettings(
        Path dataDirectory, int brokerPort, int controllerPort, boolean deleteOnClose, Map<String, String> overrides) {
    /** The port for clients unless told otherwise. */
    public static final int DEFAULT_BROKER_PORT = 19092;

    /** The port of the metadata quorum unless told otherwise. */
    public static final int DEFAULT_CONTROLLER_PORT = 19093;

    public BrokerSettings {
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
        Ports.check("brokerPort", brokerPort);
        Ports.check("controllerPort", controllerPort);
        if (brokerPort != 0 && brokerPort == controllerPort) {
            throw new IllegalArgumentException(
                    "brokerPort and controllerPort are both " + brokerPort + "; they must differ");
        }
        overrides = Map.copyOf(overrides);
        for (String name : BrokerConfig.FIXED) {
            if (overrides.containsKey(name)) {
                throw new IllegalArgumentException(
                        "overrides sets " + name + ", which the embedded broker sets itself; remove it");
            }
        }
    }

    /** Fixed loopback ports and a folder that is kept. */
    public static BrokerSettings defaults(Path dataDirectory) {
        return new BrokerSettings(dataDirectory, DEFAULT_BROKER_PORT, DEFAULT_CONTROLLER_PORT, false, Map.of());
    }
}
