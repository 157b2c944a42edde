package io.penstock.app;

import io.penstock.app.audit.Audit;
import io.penstock.app.audit.AuditOptions;
import io.penstock.app.audit.AuditOutput;
import io.penstock.app.audit.AuditReport;
import io.penstock.topology.policy.WarmStart;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock audit}: checks what is promised from the topics alone. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reads the topics, and nothing else, and checks record by record: each accepted request has one response (I1);"
                    + " one decision per attempt, and the choice follows from what it recorded (I2); each feedback moves a"
                    + " policy once, and policies equal the refold of their outcomes (I3); versions only go up (I4); sessions"
                    + " are routed in order (I6); no owner spends more than its cap (M1).",
            "Exit code 0: no violation; 1: violations, or the audit could not be made; 2: wrong usage."
        },
        footer = {"", "Example:", "  penstock audit --bootstrap-servers 127.0.0.1:19092 --output json"})
final class AuditCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = "--expect-idle",
            description = "Nothing is under way: a request without a response, or an outcome without a policy, is a"
                    + " violation.")
    private boolean expectIdle;

    @Option(
            names = "--warm",
            paramLabel = "FILE",
            description =
                    "The warm model in use (penstock.warm.file), so that what is learned about it is refolded too.")
    private @Nullable Path warm;

    @Option(
            names = "--output",
            defaultValue = "table",
            paramLabel = "FORM",
            description = "What is printed: table or json (default: ${DEFAULT-VALUE}).")
    private ReplayOutput output = ReplayOutput.table;

    @Option(names = "--plain", description = "Print the report only, without telling what is being read.")
    private boolean plain;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        try (Consumer<byte[], byte[]> consumer = connection.clients().consumer(null, "earliest")) {
            AuditReport report = Audit.run(
                    consumer,
                    connection.reader(),
                    connection.topics().prefix(),
                    new AuditOptions.Scope(expectIdle, warm(command)),
                    step -> tell(err, step));
            out.print(output == ReplayOutput.json ? AuditOutput.json(report) : AuditOutput.text(report));
            out.flush();
            return report.isClean() ? 0 : 1;
        }
    }

    private @Nullable WarmStart warm(CommandSpec command) {
        try {
            return WarmStart.load("--warm", warm);
        } catch (ConfigException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void tell(PrintWriter err, String step) {
        if (!plain) {
            err.println("reading " + step);
        }
    }
}
