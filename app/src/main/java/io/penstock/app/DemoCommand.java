package io.penstock.app;

import io.penstock.app.explain.Explanation;
import io.penstock.app.node.NodeOptions;
import io.penstock.app.replay.ProgressDisplay;
import io.penstock.app.replay.ReplayJson;
import io.penstock.app.replay.ReplayReport;
import io.penstock.app.replay.ReplaySession;
import io.penstock.app.replay.ReplaySettings;
import io.penstock.app.replay.ReplayTable;
import io.penstock.app.replay.Sample;
import io.penstock.app.replay.SampleData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock demo}: the whole loop on the bundled sample. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts everything in this process (broker, schema registry, router, learner, dispatcher), streams 3,000 real"
                    + " exam questions with the recorded results of six models through it, and shows the router learning"
                    + " which model to ask. Nothing is called and nothing is paid.",
            "Leaves nothing behind but the plot, unless --keep is given."
        },
        footer = {"", "Example:", "  penstock demo --limit 1000"})
final class DemoCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--limit",
            defaultValue = "3000",
            paramLabel = "N",
            description = "Requests (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--policy",
            defaultValue = "thompson",
            paramLabel = "P",
            description = "thompson, linucb, squarecb, softmax, greedy, ucb1, beta-thompson, random, static or cheapest"
                    + " (default: ${DEFAULT-VALUE}).")
    private String policy = "";

    @Option(
            names = "--lambda",
            defaultValue = "0.05",
            paramLabel = "L",
            description = "Weight of cost against quality (default: ${DEFAULT-VALUE}).")
    private double lambda;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "Of all that is random (default: 1).")
    private long seed;

    @Option(
            names = "--in-flight",
            defaultValue = "32",
            paramLabel = "N",
            description = "Requests whose verdict may be missing from the policy in use (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--plot",
            paramLabel = "OUT",
            description = "Where to draw the learning curve (SVG); otherwise a file in the system's temporary folder.")
    private @Nullable Path plot;

    @Option(
            names = "--keep",
            arity = "0..1",
            fallbackValue = "penstock-demo",
            paramLabel = "DIR",
            description = "Keep broker data and plot in a new folder (default: ${FALLBACK-VALUE}).")
    private @Nullable Path keep;

    @Option(
            names = "--output",
            defaultValue = "table",
            paramLabel = "FORM",
            description = "What is printed: table or json (default: ${DEFAULT-VALUE}).")
    private ReplayOutput output = ReplayOutput.table;

    @Option(names = "--plain", description = "Progress as plain lines, without control characters.")
    private boolean plain;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        ReplaySettings settings = settings(command);
        Instant start = Instant.now();
        ProgressDisplay progress = new ProgressDisplay(err, ReplayOutput.isLive(plain), InstantSource.system());
        ReplayReport report =
                new ReplaySession(SampleData.load(), settings, Map.of()).run(node(command), err::println, progress);
        Path drawn = draw(report);
        if (output == ReplayOutput.json) {
            out.print(ReplayJson.write(report));
        } else {
            tell(out, report, drawn, Duration.between(start, Instant.now()));
        }
        out.flush();
        return report.isClean() ? 0 : 1;
    }

    private ReplaySettings settings(CommandSpec command) {
        try {
            return new ReplaySettings(policy, lambda, seed, OptionalInt.of(limit), inFlight, false, 4, null);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private NodeOptions node(CommandSpec command) {
        if (keep == null) {
            return NodeOptions.temporary();
        }
        // Requests of an earlier demo have the same ids and would be taken for repetitions.
        try (Stream<Path> files = Files.isDirectory(keep) ? Files.list(keep) : Stream.empty()) {
            if (files.findAny().isPresent()) {
                throw new ParameterException(
                        command.commandLine(), "folder " + keep + " is not empty; name a new one for --keep");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + keep + " cannot be read", e);
        }
        return NodeOptions.everything(keep).withPorts(0, 0, 0);
    }

    private Path draw(ReplayReport report) {
        try {
            Path target = plot;
            if (target == null) {
                target = keep == null ? Files.createTempFile("penstock-demo-", ".svg") : keep.resolve("learning.svg");
            }
            return Files.writeString(target, report.svg());
        } catch (IOException e) {
            throw new UncheckedIOException("the plot cannot be written: " + e.getMessage(), e);
        }
    }

    private void tell(PrintWriter out, ReplayReport report, Path drawn, Duration took) {
        out.print(ReplayTable.write(report));
        Sample sample = report.sample();
        out.println();
        out.println("One decision explained, of request " + sample.requestId() + ":");
        out.print(Explanation.of(sample.decisions(), List.of(), sample.response(), sample.outcomes())
                .text(true));
        out.println();
        out.println("Plot of learning over time: " + drawn.toAbsolutePath());
        if (keep != null) {
            out.println("Kept: " + keep.toAbsolutePath() + " (penstock up --data " + keep + ")");
        }
        out.println(String.format(Locale.ROOT, "The demo took %.0f s.", took.toMillis() / 1000.0));
    }
}
