package io.penstock.app;

import io.penstock.app.gateway.Gateway;
import io.penstock.app.gateway.GatewaySettings;
import io.penstock.app.models.ModelsFile;
import io.penstock.app.models.SampleModels;
import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.app.node.Role;
import io.penstock.app.replay.SampleData;
import io.penstock.connector.openai.OpenAiBackend;
import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.embedded.BrokerSettings;
import io.penstock.embedded.RegistrySettings;
import io.penstock.event.CatalogEntry;
import io.penstock.topology.catalog.ModelEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock up}: runs a node until it is told to stop. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a node until Ctrl-C: broker, schema registry, router, learner, dispatcher and controller in this process,"
                    + " or some of them (--only). All listen on this machine alone. What it learns is kept in the data"
                    + " folder and used again after a restart.",
            "Without --models, a new node has the models of the bundled sample: they are not called but answer its prompts"
                    + " from a recording ('penstock submit --sample 1')."
        },
        footer = {
            "",
            "Examples:",
            "  penstock up",
            "  penstock up --models models.yaml --set penstock.features.tier=minilm",
            "  penstock up --only router --bootstrap-servers kafka:9092 --schema-registry http://registry:8081"
        })
final class UpCommand implements Callable<Integer> {
    private static final Duration MODELS_TIMEOUT = Duration.ofSeconds(60);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--data",
            defaultValue = ".penstock",
            paramLabel = "DIR",
            description = "Folder of broker data, state and server key (default: ${DEFAULT-VALUE} in this folder).")
    private Path data = Path.of("");

    @Option(
            names = "--port",
            defaultValue = "" + BrokerSettings.DEFAULT_BROKER_PORT,
            paramLabel = "N",
            description = "Port of the embedded broker; 0 = any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--controller-port",
            defaultValue = "" + BrokerSettings.DEFAULT_CONTROLLER_PORT,
            paramLabel = "N",
            description = "Port it talks to itself on (default: ${DEFAULT-VALUE}).")
    private int controllerPort;

    @Option(
            names = "--registry-port",
            defaultValue = "" + RegistrySettings.DEFAULT_PORT,
            paramLabel = "N",
            description = "Port of the embedded schema registry (default: ${DEFAULT-VALUE}).")
    private int registryPort;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "ROLE",
            description = "Run these roles only: ${COMPLETION-CANDIDATES}.")
    private @Nullable Set<Role> only;

    @Option(
            names = "--bootstrap-servers",
            defaultValue = "${env:PENSTOCK_BOOTSTRAP_SERVERS}",
            paramLabel = "HOST:PORT",
            description = "Use these brokers instead of the embedded one.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--schema-registry",
            defaultValue = "${env:PENSTOCK_SCHEMA_REGISTRY}",
            paramLabel = "URL",
            description = "Use this schema registry instead of the embedded one.")
    private @Nullable String schemaRegistry;

    @Option(
            names = "--gateway-port",
            paramLabel = "N",
            description = "Port of the HTTP gateway; 0 = any free one (default: " + GatewaySettings.DEFAULT_PORT
                    + ", and none with --only).")
    private @Nullable Integer gatewayPort;

    @Option(
            names = "--gateway-keys",
            paramLabel = "FILE",
            description =
                    "YAML file of the gateway's API keys; without it everybody on this machine is tenant default.")
    private @Nullable Path gatewayKeys;

    @Option(names = "--no-gateway", description = "Start no HTTP gateway.")
    private boolean noGateway;

    @Option(
            names = "--models",
            paramLabel = "FILE",
            description = "YAML file of models and profile to put into the catalog; see docs/quickstart.md.")
    private @Nullable Path models;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file of penstock.* and kafka.* settings; see docs/configuration.md.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One such setting, over those of the file; repeatable.")
    private Map<String, String> settings = Map.of();

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        List<CatalogEntry> entries = models == null ? List.of() : ModelsFile.read(models);
        LazyRecorded recorded = new LazyRecorded();
        NodeOptions options = options(command)
                .withBackend(OpenAiBackend.NAME, new OpenAiBackend())
                .withBackend(RecordedBackend.NAME, recorded);
        try (Node node = Node.start(options, err::println)) {
            boolean routes = options.roles().contains(Role.ROUTER);
            if (!entries.isEmpty()) {
                apply(node, entries, routes, err);
            } else if (routes && options.roles().contains(Role.DISPATCHER) && isEmpty(node)) {
                apply(node, SampleModels.entries(SampleData.load()), true, err);
            }
            tell(out, node, options, gateway(node));
            Throwable why = node.failure().join();
            throw new IllegalStateException(
                    "the broker stopped working: " + why.getMessage()
                            + "; its data is kept, start again with: penstock up",
                    why);
        }
    }

    private @Nullable Gateway gateway(Node node) {
        if (noGateway || (only != null && gatewayPort == null)) {
            return null;
        }
        int wanted = gatewayPort == null ? GatewaySettings.DEFAULT_PORT : gatewayPort;
        GatewaySettings how = GatewaySettings.onLoopback(wanted).withKeys(gatewayKeys);
        Gateway gateway =
                Gateway.start(how, new Gateway.Access(node.clients(), node.codec(), node.topics(), node.catalog()));
        node.closeFirst(gateway);
        return gateway;
    }

    private static boolean isEmpty(Node node) {
        return node.router().views().catalog().current().models().isEmpty();
    }

    private static void apply(Node node, List<CatalogEntry> entries, boolean routes, PrintWriter err) {
        err.println("bringing the models up");
        node.applyCatalog(entries);
        if (routes) {
            node.awaitActive(
                    entries.stream()
                            .filter(entry -> entry.getKind().equals("model"))
                            .map(CatalogEntry::getId)
                            .toList(),
                    MODELS_TIMEOUT);
        }
    }

    private NodeOptions options(CommandSpec command) {
        Set<Role> roles = only == null ? EnumSet.allOf(Role.class) : EnumSet.copyOf(only);
        if (bootstrapServers != null && only == null) {
            roles.remove(Role.BROKER);
        }
        if (schemaRegistry != null && only == null) {
            roles.remove(Role.REGISTRY);
        }
        try {
            NodeOptions options = NodeOptions.everything(data)
                    .withRoles(roles, bootstrapServers, schemaRegistry)
                    .withPorts(port, controllerPort, registryPort);
            for (Map.Entry<String, String> setting : all().entrySet()) {
                options = options.with(setting.getKey(), setting.getValue());
            }
            return options;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, String> all() {
        Map<String, String> all = new HashMap<>();
        if (config != null) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(config)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException("the settings file " + config + " cannot be read", e);
            }
            properties.stringPropertyNames().forEach(key -> all.put(key, properties.getProperty(key)));
        }
        all.putAll(settings);
        return all;
    }

    private void tell(PrintWriter out, Node node, NodeOptions options, @Nullable Gateway gateway) {
        out.println();
        out.println("Penstock runs; its data is in " + data.toAbsolutePath().normalize() + ".");
        out.println("  roles            " + Role.names(options.roles()));
        out.println("  brokers          " + node.bootstrapServers());
        out.println("  schema registry  " + node.registryUrl());
        if (gateway != null) {
            out.println("  gateway          " + gateway.url() + "/v1");
        }
        if (options.roles().contains(Role.ROUTER)) {
            tellModels(out, node.router().views().catalog().current().models().values());
        }
        out.println("Stop with Ctrl-C.");
        out.flush();
    }

    private void tellModels(PrintWriter out, Collection<ModelEntry> all) {
        List<String> routable = all.stream()
                .filter(ModelEntry::isRoutable)
                .map(entry -> entry.card().getSlug())
                .sorted()
                .toList();
        boolean sample =
                all.stream().anyMatch(entry -> entry.card().getBackend().equals(RecordedBackend.NAME));
        out.println("  models           " + routable.size() + " routable" + (routable.isEmpty() ? "" : ": ")
                + String.join(", ", routable));
        out.println();
        out.println("Next, in another terminal:");
        out.println(sample ? "  penstock submit --sample 1" : "  penstock submit \"Why is the sky blue?\"");
        out.println("  penstock topics");
    }
}
