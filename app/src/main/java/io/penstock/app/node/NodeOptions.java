package io.penstock.app.node;

import io.penstock.connector.Backend;
import io.penstock.embedded.BrokerSettings;
import io.penstock.embedded.RegistrySettings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node is to be.
 *
 * @param roles what it does
 * @param dataDirectory where broker, state and server key live; null = a temporary folder, gone on close
 * @param brokerPort 0 = any free one
 * @param controllerPort 0 = any free one
 * @param registryPort 0 = any free one
 * @param bootstrapServers another cluster's, needed unless the broker role is among the roles
 * @param schemaRegistry another registry's URL, needed unless the registry role is among the roles
 * @param config {@code penstock.*} and {@code kafka.*} settings over the node's own
 * @param backends by the name that a model card gives
 */
public record NodeOptions(
        Set<Role> roles,
        @Nullable Path dataDirectory,
        int brokerPort,
        int controllerPort,
        int registryPort,
        @Nullable String bootstrapServers,
        @Nullable String schemaRegistry,
        Map<String, String> config,
        Map<String, Backend> backends) {

    public NodeOptions {
        roles = Set.copyOf(roles);
        config = Map.copyOf(config);
        backends = Map.copyOf(backends);
        if (!roles.contains(Role.BROKER) && bootstrapServers == null) {
            throw new IllegalArgumentException("no broker: name one with --bootstrap-servers or run the broker role");
        }
        if (!roles.contains(Role.REGISTRY) && schemaRegistry == null) {
            throw new IllegalArgumentException(
                    "no schema registry: name one with --schema-registry or run the registry role");
        }
    }

    /** Everything in this process on the usual fixed ports, with a folder that is kept. */
    public static NodeOptions everything(Path dataDirectory) {
        return new NodeOptions(
                EnumSet.allOf(Role.class),
                dataDirectory,
                BrokerSettings.DEFAULT_BROKER_PORT,
                BrokerSettings.DEFAULT_CONTROLLER_PORT,
                RegistrySettings.DEFAULT_PORT,
                null,
                null,
                Map.of(),
                Map.of());
    }

    /** Everything in this process on free ports, in a temporary folder. */
    public static NodeOptions temporary() {
        return new NodeOptions(EnumSet.allOf(Role.class), null, 0, 0, 0, null, null, Map.of(), Map.of());
    }

    /** The same with a setting more. */
    public NodeOptions with(String key, String value) {
        Map<String, String> more = new HashMap<>(config);
        more.put(key, value);
        return new NodeOptions(
                roles,
                dataDirectory,
                brokerPort,
                controllerPort,
                registryPort,
                bootstrapServers,
                schemaRegistry,
                more,
                backends);
    }

    /** The same with a backend more. */
    public NodeOptions withBackend(String name, Backend backend) {
        Map<String, Backend> more = new HashMap<>(backends);
        more.put(name, backend);
        return new NodeOptions(
                roles,
                dataDirectory,
                brokerPort,
                controllerPort,
                registryPort,
                bootstrapServers,
                schemaRegistry,
                config,
                more);
    }

    /** The same as these roles only, on another cluster. */
    public NodeOptions withRoles(Set<Role> some, @Nullable String servers, @Nullable String registry) {
        return new NodeOptions(
                some, dataDirectory, brokerPort, controllerPort, registryPort, servers, registry, config, backends);
    }

    /** The same with these ports; 0 = any free one. */
    public NodeOptions withPorts(int broker, int controller, int registry) {
        return new NodeOptions(
                roles, dataDirectory, broker, controller, registry, bootstrapServers, schemaRegistry, config, backends);
    }
}
