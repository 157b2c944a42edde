package io.penstock.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code penstock} command. Exit codes: 0 done, 1 failed, 2 wrong usage. What goes wrong is one sentence on standard
 * error; the stack trace only with {@code --verbose}.
 */
@Command(
        name = "penstock",
        description = "Routes requests to language models over Kafka and learns from what comes back.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            GatewayCommand.class,
            SubmitCommand.class,
            BatchCommand.class,
            ExplainCommand.class,
            ReplayCommand.class,
            EvalCommand.class,
            SimulateCommand.class,
            TrainCommand.class,
            OpeCommand.class,
            AuditCommand.class,
            DlqCommand.class,
            TopicsCommand.class,
            TenantCommand.class,
            ModelsCommand.class,
            BudgetCommand.class,
            PolicyCommand.class,
            AptitudeCommand.class
        },
        footer = {
            "",
            "Environment: PENSTOCK_BOOTSTRAP_SERVERS and PENSTOCK_SCHEMA_REGISTRY name another cluster; NO_COLOR=1 turns"
                    + " colours off.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage.",
            "",
            "Example:",
            "  penstock demo"
        })
public final class Penstock {
    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Log what happens to standard error, and print stack traces of errors.")
    private boolean verbose;

    private Penstock() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args, new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8)));
    }

    /** Runs a command; returns its exit code. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        return commandLine(new Penstock()).setOut(out).setErr(err).execute(args);
    }

    private static CommandLine commandLine(Penstock root) {
        CommandLine line = new CommandLine(root);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpLongOptionsMaxWidth(30);
        line.setExecutionStrategy(parsed -> root.execute(parsed));
        line.setExecutionExceptionHandler((error, command, parsed) -> root.report(error, command));
        line.setParameterExceptionHandler((error, args) -> usage(error));
        return line;
    }

    private int execute(ParseResult parsed) {
        if (verbose) {
            level("io.penstock", Level.INFO);
            level("org.apache.kafka", Level.WARN);
            level("org.apache.kafka.streams", Level.WARN);
            level("kafka", Level.WARN);
        }
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        boolean isGroup = !(last.commandSpec().userObject() instanceof Callable);
        if (isGroup && !last.isUsageHelpRequested() && !last.isVersionHelpRequested()) {
            CommandLine group = last.commandSpec().commandLine();
            group.usage(group.getErr());
            return CommandLine.ExitCode.USAGE;
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static void level(String logger, Level level) {
        ((Logger) LoggerFactory.getLogger(logger)).setLevel(level);
    }

    private int report(Exception error, CommandLine command) {
        if (Stopping.inProgress()) {
            // Everything is being closed under the command's feet: what it complains about is the Ctrl-C.
            return CommandLine.ExitCode.SOFTWARE;
        }
        PrintWriter err = command.getErr();
        if (verbose) {
            error.printStackTrace(err);
        } else {
            err.println(command.getColorScheme().errorText(Sentence.of(error)));
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static int usage(ParameterException error) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(String.valueOf(error.getMessage())));
        UnmatchedArgumentException.printSuggestions(error, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }
}
