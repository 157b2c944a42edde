package io.penstock.app;

import io.penstock.app.explain.Explanation;
import io.penstock.app.explain.History;
import io.penstock.app.explain.HistoryReader;
import io.penstock.app.node.Clients;
import io.penstock.app.node.Node;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import io.penstock.schema.Topics;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock submit}: sends one request to a running node and waits for the answer. */
@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends a prompt to a running node ('penstock up'), waits, and prints the answer and why that model gave it.",
            "Exit code 0: answered; 1: not answered, with the reason; 2: wrong usage."
        },
        footer = {
            "",
            "Examples:",
            "  penstock submit --sample 1 --feedback 1",
            "  penstock submit \"Why is the sky blue?\" --max-cost 0.002 --deadline 20"
        })
final class SubmitCommand implements Callable<Integer> {
    private static final double MILLIS = 1e3;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private RequestOptions request = new RequestOptions();

    @Option(
            names = "--tenant",
            defaultValue = Node.DEFAULT_TENANT,
            paramLabel = "T",
            description = "Who asks (default: ${DEFAULT-VALUE}).")
    private String tenant = "";

    @Option(
            names = "--timeout",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).")
    private double timeout;

    @Option(names = "--feedback", paramLabel = "0..1", description = "Then say how good the answer was.")
    private @Nullable Double feedback;

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = "--output",
            defaultValue = "table",
            paramLabel = "FORM",
            description = "What is printed: table (text) or json (default: ${DEFAULT-VALUE}).")
    private ReplayOutput output = ReplayOutput.table;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
        if (feedback != null && !(feedback >= 0 && feedback <= 1)) {
            throw new ParameterException(command.commandLine(), "--feedback " + feedback + " must be from 0 to 1");
        }
        if (!(timeout > 0)) {
            throw new ParameterException(command.commandLine(), "--timeout " + timeout + " must be above 0");
        }
        Topics topics = connection.topics();
        String requestId = UUID.randomUUID().toString();
        Identity identity = new Identity(tenant, requestId);
        InferenceRequest event = event(command, requestId);
        Clients clients = connection.clients();
        requireTenant(clients, topics);
        EventCodec codec = connection.codec(tenant);
        try (Submission submission = new Submission(clients, codec, topics, tenant)) {
            submission.send(event);
            Response response = submission.await(requestId, Duration.ofMillis(Math.round(timeout * MILLIS)));
            if (response == null) {
                throw new IllegalStateException("No response to request " + identity + " within " + timeout
                        + " s; it may still come: 'penstock explain " + requestId + "' shows how far it is.");
            }
            if (feedback != null && response.getKind() == ResponseKind.ANSWERED) {
                submission.judge(requestId, feedback);
            }
            return tell(command, response, history(clients, codec, identity));
        }
    }

    private InferenceRequest event(CommandSpec command, String requestId) {
        try {
            return request.request(requestId, tenant, System.in, Instant.now());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void requireTenant(Clients clients, Topics topics) {
        String topic = topics.requests(Lane.ONLINE, tenant);
        try (Consumer<byte[], byte[]> consumer = clients.consumer(null, "latest")) {
            if (consumer.partitionsFor(topic).isEmpty()) {
                throw new IllegalStateException("There is no tenant '" + tenant + "' (no topic " + topic
                        + "); 'penstock tenant add " + tenant + "' makes one.");
            }
        }
    }

    private History history(Clients clients, EventCodec codec, Identity identity) {
        try (Consumer<byte[], byte[]> consumer = clients.consumer(null, "earliest")) {
            return new HistoryReader(consumer, codec, connection.topics()).read(identity);
        }
    }

    private int tell(CommandSpec command, Response response, History history) {
        PrintWriter out = command.commandLine().getOut();
        Explanation explanation = Explanation.of(history);
        boolean answered = response.getKind() == ResponseKind.ANSWERED;
        if (output == ReplayOutput.json) {
            out.print(explanation.json(response.getAnswer()));
        } else {
            if (answered) {
                String answer = response.getAnswer();
                out.println(answer == null || answer.isEmpty() ? "(an answer without text)" : answer);
            } else {
                out.println("Not answered: " + response.getKind().name().toLowerCase(Locale.ROOT) + ", "
                        + response.getReason() + " (" + response.getDetail() + ").");
            }
            out.println();
            out.print(explanation.text(false));
            out.println("More: penstock explain " + response.getRequestId()
                    + (tenant.equals(Node.DEFAULT_TENANT) ? "" : " --tenant " + tenant));
        }
        out.flush();
        return answered ? 0 : 1;
    }
}
