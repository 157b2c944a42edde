package io.penstock.app;

import io.penstock.app.explain.Explanation;
import io.penstock.app.explain.History;
import io.penstock.app.explain.HistoryReader;
import io.penstock.app.node.Clients;
import io.penstock.app.node.Node;
import io.penstock.schema.Identity;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock explain}: why a request went where it went, and what came of it. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reads a request's records from the topics and prints its signals, every candidate with each part of its score"
                    + " or the filter that dropped it, the draw and the policy behind it, and what happened after. Then it"
                    + " decides again from the record alone.",
            "Exit code 0: found; 1: no record of it, or deciding again gives another model; 2: wrong usage."
        },
        footer = {"", "Example:", "  penstock explain 4f0c2d9a --output json"})
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "REQUEST-ID", description = "The request, as 'submit' printed it.")
    private String requestId = "";

    @Option(
            names = "--tenant",
            defaultValue = Node.DEFAULT_TENANT,
            paramLabel = "T",
            description = "Whose request (default: ${DEFAULT-VALUE}).")
    private String tenant = "";

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = "--output",
            defaultValue = "table",
            paramLabel = "FORM",
            description = "What is printed: table or json (default: ${DEFAULT-VALUE}).")
    private ReplayOutput output = ReplayOutput.table;

    @Override
    public Integer call() {
        PrintWriter out =
                Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
        Identity identity = new Identity(tenant, requestId);
        History history = read(identity);
        if (history.isEmpty()) {
            throw new IllegalStateException("There is no record of request " + identity + " on "
                    + connection.bootstrapServers() + "; requests of other tenants need --tenant.");
        }
        Explanation explanation = Explanation.of(history);
        if (output == ReplayOutput.json) {
            out.print(explanation.json());
        } else {
            out.println("Request " + identity);
            out.print(explanation.text(true));
        }
        out.flush();
        return explanation.holds() ? 0 : 1;
    }

    private History read(Identity identity) {
        Clients clients = connection.clients();
        try (Consumer<byte[], byte[]> consumer = clients.consumer(null, "earliest")) {
            return new HistoryReader(consumer, connection.reader(), connection.topics()).read(identity);
        }
    }
}
