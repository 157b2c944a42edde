package io.penstock.app;

import io.penstock.app.node.NodeOptions;
import io.penstock.app.replay.ContextualStream;
import io.penstock.app.replay.ProgressDisplay;
import io.penstock.app.replay.ReplayJson;
import io.penstock.app.replay.ReplayReport;
import io.penstock.app.replay.ReplaySession;
import io.penstock.app.replay.ReplaySettings;
import io.penstock.app.replay.ReplayTable;
import io.penstock.connector.recorded.RecordedDataException;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.feature.FittedExtractor;
import io.penstock.topology.PenstockConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock replay}: streams recorded outcomes through a temporary node. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Streams recorded prompts through a temporary node with embedded Kafka: every request is routed, answered from"
                    + " the recording, and learned from. Reward = quality - lambda * amount / C_ref, where C_ref is the mean"
                    + " amount of the pool's dearest model over all its prompts.",
            "Exit code 0: every request was answered exactly once; 1: not so; 2: wrong usage or wrong data."
        },
        footer = {
            "",
            "Example:",
            "  penstock replay --data recordings --pool mmlupro --policy thompson --lambda 0.05 --json result.json"
        })
final class ReplayCommand implements Callable<Integer> {
    private static final String DEFAULT_MODELS = "4";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Folder with outcomes-*.jsonl.gz.")
    private Path data = Path.of("");

    @Option(names = "--pool", required = true, paramLabel = "NAME", description = "Pool of pools.json.")
    private String pool = "";

    @Option(
            names = "--catalog",
            paramLabel = "DIR",
            description = "Folder with models.json and pools.json, if it is another.")
    private @Nullable Path catalog;

    @Option(
            names = "--policy",
            defaultValue = "thompson",
            paramLabel = "P",
            description = "thompson, linucb, squarecb, softmax, greedy, ucb1, beta-thompson, random, static or cheapest"
                    + " (default: ${DEFAULT-VALUE}).")
    private String policy = "";

    @Option(
            names = "--policy-option",
            paramLabel = "KEY=VALUE",
            description = "An option of the policy, e.g. alpha=0.3; repeatable.")
    private Map<String, String> policyOptions = Map.of();

    @Option(
            names = "--lambda",
            defaultValue = "0.05",
            paramLabel = "L",
            description = "Weight of the objective (default: ${DEFAULT-VALUE}).")
    private double lambda;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "S",
            description = "Of the order of prompts and of the draws (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--limit", paramLabel = "N", description = "Send only the first N prompts of the shuffled order.")
    private @Nullable Integer limit;

    @Option(
            names = "--in-flight",
            defaultValue = "32",
            paramLabel = "N",
            description = "Requests whose verdict may be missing from the policy in use (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--deterministic",
            description =
                    "Lock-step windows of --in-flight requests and a clock from the log; prints a digest of the whole"
                            + " log that is the same every time.")
    private boolean deterministic;

    @Option(
            names = "--partitions",
            defaultValue = "4",
            paramLabel = "N",
            description = "Of every data topic (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--contextual",
            arity = "0..1",
            fallbackValue = DEFAULT_MODELS,
            paramLabel = "K",
            description =
                    "Replace the pool's models by K synthetic ones of one price, each good at some tasks only, so that"
                            + " no fixed choice is good (default K: " + DEFAULT_MODELS + ").")
    private @Nullable Integer contextual;

    @Option(
            names = "--shuffle-features",
            description =
                    "With --contextual: give each prompt another one's text, so that there is nothing to learn from it.")
    private boolean shuffleFeatures;

    @Option(
            names = "--trained",
            paramLabel = "DIR",
            description = "Start from what penstock train has written there, instead of from list prices.")
    private @Nullable Path trained;

    @Option(
            names = "--verifier",
            paramLabel = "A",
            description =
                    "Have every answer judged by a verifier of this accuracy (0.5 to 1), and ask a better model after"
                            + " an answer that it calls wrong.")
    private @Nullable Double verifier;

    @Option(
            names = "--rungs",
            defaultValue = "2",
            paramLabel = "N",
            description = "With --verifier: answers of a request that may be passed over (default: ${DEFAULT-VALUE}).")
    private int rungs;

    @Option(
            names = "--escalation-lambda",
            paramLabel = "L",
            description =
                    "With --verifier: weight of the objective after the first answer (default: that of --lambda).")
    private @Nullable Double escalationLambda;

    @Option(names = "--json", paramLabel = "OUT", description = "Write the report as JSON.")
    private @Nullable Path json;

    @Option(names = "--plot", paramLabel = "OUT", description = "Write the learning curve as SVG.")
    private @Nullable Path plot;

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
        Folders.requireOf(command, json);
        Folders.requireOf(command, plot);
        RecordedOutcomes outcomes = outcomes(command);
        ProgressDisplay progress = new ProgressDisplay(err, ReplayOutput.isLive(plain), InstantSource.system());
        ReplayReport report = session(command, outcomes, settings).run(node(command), err::println, progress);
        write(report);
        out.print(output == ReplayOutput.json ? ReplayJson.write(report) : ReplayTable.write(report));
        out.flush();
        return report.isClean() ? 0 : 1;
    }

    private NodeOptions node(CommandSpec command) {
        Folders.require(command, trained);
        return trained == null
                ? NodeOptions.temporary()
                : NodeOptions.temporary()
                        .with(PenstockConfig.FEATURES_TIER, FittedExtractor.NAME)
                        .with(
                                PenstockConfig.FEATURES_FITTED_FILE,
                                trained.resolve(TrainCommand.FEATURES_FILE).toString())
                        .with(
                                PenstockConfig.WARM_FILE,
                                trained.resolve(TrainCommand.WARM_FILE).toString());
    }

    private ReplaySession session(CommandSpec command, RecordedOutcomes outcomes, ReplaySettings settings) {
        try {
            return new ReplaySession(outcomes, settings, policyOptions);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private ReplaySettings settings(CommandSpec command) {
        if (shuffleFeatures && contextual == null) {
            throw new ParameterException(command.commandLine(), "--shuffle-features needs --contextual");
        }
        OptionalInt cut = limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
        try {
            ReplaySettings.Cascade cascade = verifier == null
                    ? null
                    : new ReplaySettings.Cascade(verifier, rungs, escalationLambda == null ? lambda : escalationLambda);
            return new ReplaySettings(policy, lambda, seed, cut, inFlight, deterministic, partitions, cascade);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private RecordedOutcomes outcomes(CommandSpec command) {
        Folders.require(command, data);
        Folders.require(command, catalog);
        try {
            RecordedOutcomes outcomes = RecordedOutcomes.load(data, catalog == null ? data : catalog, pool);
            return contextual == null
                    ? outcomes
                    : RecordedOutcomes.load(
                            new ContextualStream(outcomes, contextual, seed, shuffleFeatures), ContextualStream.POOL);
        } catch (RecordedDataException | IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void write(ReplayReport report) {
        try {
            if (json != null) {
                Files.writeString(json, ReplayJson.write(report));
            }
            if (plot != null) {
                Files.writeString(plot, report.svg());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the report cannot be written: " + e.getMessage(), e);
        }
    }
}
