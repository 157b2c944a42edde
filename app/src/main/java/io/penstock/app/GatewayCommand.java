package io.penstock.app;

import io.penstock.app.gateway.Gateway;
import io.penstock.app.gateway.GatewaySettings;
import io.penstock.app.node.Clients;
import io.penstock.connector.CatalogReader;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock gateway}: serves OpenAI's chat completions over a running cluster until it is told to stop. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Serves an OpenAI-compatible HTTP API over a running cluster until Ctrl-C. 'penstock up' has one already.",
            "Without --keys it listens on this machine alone and everybody is tenant default; see docs/gateway.md."
        },
        footer = {
            "",
            "Examples:",
            "  penstock gateway",
            "  penstock gateway --host 0.0.0.0 --port 8080 --keys keys.yaml --bootstrap-servers kafka:9092"
        })
final class GatewayCommand implements Callable<Integer> {
    private static final double MILLIS = 1e3;
    private static final double MOST_SECONDS = 86_400;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--host",
            defaultValue = GatewaySettings.DEFAULT_HOST,
            paramLabel = "HOST",
            description = "Address to listen on; any but this machine's own needs --keys (default: ${DEFAULT-VALUE}).")
    private String host = "";

    @Option(
            names = "--port",
            defaultValue = "" + GatewaySettings.DEFAULT_PORT,
            paramLabel = "N",
            description = "Port to listen on; 0 = any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--keys", paramLabel = "FILE", description = "YAML file of API keys and their tenants.")
    private @Nullable Path keys;

    @Option(
            names = "--timeout",
            defaultValue = "300",
            paramLabel = "SECONDS",
            description = "How long a call waits for its answer (default: ${DEFAULT-VALUE}).")
    private double timeout;

    @Option(
            names = "--max-in-flight",
            defaultValue = "4096",
            paramLabel = "N",
            description = "Calls that may wait at a time; more are refused (default: ${DEFAULT-VALUE}).")
    private int maxInFlight;

    @Option(
            names = "--drain",
            defaultValue = "10",
            paramLabel = "SECONDS",
            description = "How long a stop waits for answers before it says where they can be fetched"
                    + " (default: ${DEFAULT-VALUE}).")
    private double drain;

    @Mixin
    private Connection connection = new Connection();

    @Override
    public Integer call() throws InterruptedException {
        CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
        GatewaySettings settings = settings(command);
        Clients clients = connection.clients();
        Topics topics = connection.topics();
        EventCodec codec = connection.codec("default");
        CatalogReader catalog =
                CatalogReader.start(connection.bootstrapServers(), connection.settings(), topics, codec);
        Gateway gateway;
        try {
            gateway = Gateway.start(settings, new Gateway.Access(clients, codec, topics, catalog));
        } catch (RuntimeException e) {
            catalog.close();
            throw e;
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            gateway.close();
                            catalog.close();
                        },
                        "penstock-shutdown"));
        PrintWriter out = command.commandLine().getOut();
        out.println("The gateway serves " + gateway.url() + "/v1 over " + connection.bootstrapServers() + ".");
        out.println("Stop with Ctrl-C.");
        out.flush();
        new CountDownLatch(1).await();
        return 0;
    }

    private GatewaySettings settings(CommandSpec command) {
        try {
            return new GatewaySettings(
                    host, port, keys, seconds("--timeout", timeout), maxInFlight, seconds("--drain", drain));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static Duration seconds(String option, double seconds) {
        if (!(seconds >= 0 && seconds <= MOST_SECONDS)) {
            throw new IllegalArgumentException(option + " " + seconds + " must be from 0 to 86400 seconds");
        }
        return Duration.ofMillis(Math.round(seconds * MILLIS));
    }
}
