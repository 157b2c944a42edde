package io.penstock.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.app.batch.BatchErrors;
import io.penstock.app.batch.BatchFile;
import io.penstock.app.batch.BatchLine;
import io.penstock.app.batch.BatchOutput;
import io.penstock.app.batch.BatchProgress;
import io.penstock.app.batch.BatchRun;
import io.penstock.app.batch.BatchState;
import io.penstock.app.batch.BatchTopics;
import io.penstock.app.gateway.OfflineChat;
import io.penstock.app.node.Node;
import io.penstock.event.ResponseKind;
import io.penstock.schema.Money;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock batch}: files of calls in OpenAI's batch format, through the batch lane. */
@Command(
        name = "batch",
        mixinStandardHelpOptions = true,
        description = "Sends files in OpenAI's batch format through the batch lane, follows, cancels and fetches them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BatchCommand.Submit.class,
            BatchCommand.Status.class,
            BatchCommand.Cancel.class,
            BatchCommand.Fetch.class
        },
        footer = {
            "",
            "Examples:",
            "  penstock batch submit calls.jsonl --out results",
            "  penstock batch status 3f9a0c1b2d4e"
        })
final class BatchCommand {
    private BatchCommand() {}

    /** Whose batch, and where. */
    private static final class Place {
        @Option(
                names = "--tenant",
                defaultValue = Node.DEFAULT_TENANT,
                paramLabel = "T",
                description = "Whose batch (default: ${DEFAULT-VALUE}).")
        private String tenant = "";

        @Mixin
        private Connection connection = new Connection();

        BatchTopics topics() {
            return new BatchTopics(connection.clients(), connection.codec(tenant), connection.topics(), tenant);
        }

        OfflineChat chat(BatchTopics topics) {
            return new OfflineChat(topics.catalog(), tenant);
        }
    }

    private static BatchFile file(CommandSpec command, Path path) {
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            throw new ParameterException(command.commandLine(), "there is no file " + path + " that can be read");
        }
        return new BatchFile(path);
    }

    private static void fetch(PrintWriter out, BatchOutput output) {
        out.printf(
                Locale.ROOT,
                "%,d answers in %s, %,d errors in %s%n",
                output.answerCount(),
                output.outputs(),
                output.errorCount(),
                output.errors());
        out.flush();
    }

    /** Sends a file, or goes on with it. */
    @Command(
            name = "submit",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Sends every call of the file to the batch lane and waits for all to end. The same file (or --id) goes on where"
                        + " it stopped, from any machine: what was sent is not sent again.",
                "A line that cannot be served is an error of that line; all others go on.",
                "Exit code 0: every call ended, all lines were good; 1: not so; 2: wrong usage."
            },
            footer = {"", "Example:", "  penstock batch submit calls.jsonl --out results"})
    static final class Submit implements Callable<Integer> {
        private static final int SHOWN = 5;

        @Spec
        private @Nullable CommandSpec spec;

        @Parameters(paramLabel = "FILE", description = "JSON lines of custom_id, method, url and body.")
        private Path path = Path.of("");

        @Option(
                names = "--id",
                paramLabel = "ID",
                description = "Name of the batch (default: from the content of the file).")
        private @Nullable String id;

        @Option(names = "--out", paramLabel = "DIR", description = "Write ID.output.jsonl and ID.error.jsonl there.")
        private @Nullable Path out;

        @Option(names = "--no-wait", description = "End as soon as all is sent.")
        private boolean hurry;

        @Option(
                names = "--in-flight",
                defaultValue = "256",
                paramLabel = "N",
                description = "Calls under way at most, so that none waits longer than its profile's request time-out"
                        + " (default: ${DEFAULT-VALUE}).")
        private int inFlight;

        @Option(
                names = "--timeout",
                defaultValue = "600",
                paramLabel = "SECONDS",
                description = "Give up after so long without any call ending (default: ${DEFAULT-VALUE}).")
        private long timeout;

        @Option(names = "--plain", description = "Progress as plain lines, without control characters.")
        private boolean plain;

        @Mixin
        private Place place = new Place();

        @Override
        public Integer call() throws IOException {
            CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
            Folders.require(command, out);
            BatchFile file = file(command, path);
            BatchRun.Settings settings = settings(command, file);
            long[] lines = new long[1];
            file.read(line -> lines[0] += line instanceof BatchLine.Call ? 1 : 0);
            PrintWriter err = command.commandLine().getErr();
            err.println("batch " + settings.id() + ": " + lines[0] + " calls");
            BatchProgress progress =
                    new BatchProgress(err, ReplayOutput.isLive(plain), lines[0], InstantSource.system());
            try (BatchTopics topics = place.topics()) {
                OfflineChat chat = place.chat(topics);
                BatchRun run = new BatchRun(settings, topics, progress::show);
                BatchRun.End end = run.run(file, chat, !hurry);
                progress.end(run.state(), run.wrong());
                tell(command, run, end);
                if (out != null && !hurry) {
                    write(command, settings.id(), out, file);
                }
                boolean good = end == BatchRun.End.DONE && run.wrong().count() == 0;
                return good && (hurry || run.state().answered() == run.state().sent()) ? 0 : 1;
            }
        }

        private BatchRun.Settings settings(CommandSpec command, BatchFile file) throws IOException {
            if (timeout < 1) {
                throw new ParameterException(command.commandLine(), "--timeout " + timeout + " must be at least 1");
            }
            try {
                return new BatchRun.Settings(id == null ? file.id() : id, inFlight, Duration.ofSeconds(timeout));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
            }
        }

        private void tell(CommandSpec command, BatchRun run, BatchRun.End end) {
            PrintWriter printer = command.commandLine().getOut();
            BatchErrors wrong = run.wrong();
            wrong.first().stream()
                    .limit(SHOWN)
                    .forEach(line -> printer.println("line " + line.number() + ": " + line.message()));
            if (wrong.count() > SHOWN) {
                printer.println(
                        "... and " + (wrong.count() - SHOWN) + " more wrong lines; fetch --input writes them all");
            }
            BatchState state = run.state();
            printer.printf(
                    Locale.ROOT,
                    "batch %s: %,d sent, %,d ended, %,d answered, %,d wrong lines, %s%s%n",
                    state.id(),
                    state.sent(),
                    state.ended(),
                    state.answered(),
                    wrong.count(),
                    Money.format(state.costNanos()),
                    end == BatchRun.End.SILENCE
                            ? "; gave up after " + timeout + " s without news: the same command goes on"
                            : "");
            printer.flush();
        }

        private void write(CommandSpec command, String batch, Path folder, BatchFile file) throws IOException {
            BatchOutput output = new BatchOutput(batch, folder);
            try (BatchTopics topics = place.topics()) {
                output.write(topics, file, place.chat(topics));
            }
            fetch(command.commandLine().getOut(), output);
        }
    }

    /** How far a batch is. */
    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Says how far a batch is, what it cost and which models answered, from the topics alone.",
            footer = {"", "Example:", "  penstock batch status 3f9a0c1b2d4e --json"})
    static final class Status implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Parameters(paramLabel = "ID", description = "Name of the batch.")
        private String id = "";

        @Option(names = "--json", description = "Print it as JSON, with every request that is in doubt.")
        private boolean json;

        @Mixin
        private Place place = new Place();

        @Override
        public Integer call() {
            CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
            BatchState state = new BatchState(id);
            try (BatchTopics topics = place.topics()) {
                state.update(topics);
            }
            if (state.sent() == 0) {
                throw new IllegalStateException(
                        "There is no batch '" + id + "' of this tenant, or its records are gone.");
            }
            PrintWriter out = command.commandLine().getOut();
            out.print(json ? json(state) : text(state));
            out.flush();
            return 0;
        }

        private static String text(BatchState state) {
            StringBuilder text = new StringBuilder(String.format(
                    Locale.ROOT,
                    "batch %s: %,d sent, %,d ended, %,d open, %s%n",
                    state.id(),
                    state.sent(),
                    state.ended(),
                    state.open().size(),
                    Money.format(state.costNanos())));
            state.kinds()
                    .forEach((kind, count) -> text.append(String.format(Locale.ROOT, "  %s %,d%n", name(kind), count)));
            new TreeMap<>(state.models())
                    .forEach((model, count) ->
                            text.append(String.format(Locale.ROOT, "  answered by %s: %,d%n", model, count)));
            long doubt = state.inDoubt().values().stream()
                    .mapToLong(BatchState.Doubt::nanos)
                    .sum();
            if (doubt > 0) {
                text.append(String.format(
                        Locale.ROOT,
                        "  in doubt: %,d requests, up to %s more; --json names them%n",
                        state.inDoubt().size(),
                        Money.format(doubt)));
            }
            return text.toString();
        }

        private static String name(ResponseKind kind) {
            return kind.name().toLowerCase(Locale.ROOT);
        }

        private static String json(BatchState state) {
            ObjectNode root = new ObjectMapper().createObjectNode();
            root.put("id", state.id());
            root.put("sent", state.sent());
            root.put("ended", state.ended());
            root.put("open", state.open().size());
            ObjectNode kinds = root.putObject("kinds");
            state.kinds().forEach((kind, count) -> kinds.put(name(kind), count));
            ObjectNode models = root.putObject("models");
            state.models().forEach(models::put);
            root.put("cost_nanos", state.costNanos());
            var doubts = root.putArray("in_doubt");
            for (Map.Entry<String, BatchState.Doubt> doubt : state.inDoubt().entrySet()) {
                doubts.addObject()
                        .put("request_id", doubt.getKey())
                        .put("custom_id", doubt.getValue().customId())
                        .put("up_to_nanos", doubt.getValue().nanos());
            }
            root.put("last_ended_at", state.last() == null ? null : state.last().toString());
            return root.toPrettyString() + "\n";
        }
    }

    /** Ends what has not ended. */
    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Cancels every request of the batch that has not ended; calls under way are stopped and settled.",
            footer = {"", "Example:", "  penstock batch cancel 3f9a0c1b2d4e"})
    static final class Cancel implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Parameters(paramLabel = "ID", description = "Name of the batch.")
        private String id = "";

        @Mixin
        private Place place = new Place();

        @Override
        public Integer call() {
            BatchState state = new BatchState(id);
            try (BatchTopics topics = place.topics()) {
                state.update(topics);
                topics.cancelAll(state.open().keySet());
            }
            PrintWriter out =
                    Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
            out.printf(
                    Locale.ROOT,
                    "asked to cancel %,d of %,d requests%n",
                    state.open().size(),
                    state.sent());
            out.flush();
            return 0;
        }
    }

    /** Writes the files. */
    @Command(
            name = "fetch",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Writes ID.output.jsonl and ID.error.jsonl of all that has ended, every request in one of them, once.",
            footer = {"", "Example:", "  penstock batch fetch 3f9a0c1b2d4e --out results --input calls.jsonl"})
    static final class Fetch implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Parameters(paramLabel = "ID", description = "Name of the batch.")
        private String id = "";

        @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for both files.")
        private Path out = Path.of("");

        @Option(
                names = "--input",
                paramLabel = "FILE",
                description = "The file that was submitted: its wrong lines become errors too.")
        private @Nullable Path input;

        @Mixin
        private Place place = new Place();

        @Override
        public Integer call() throws IOException {
            CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
            Folders.require(command, out);
            BatchOutput output = new BatchOutput(id, out);
            try (BatchTopics topics = place.topics()) {
                output.write(topics, input == null ? null : file(command, input), place.chat(topics));
            }
            fetch(command.commandLine().getOut(), output);
            return 0;
        }
    }
}
