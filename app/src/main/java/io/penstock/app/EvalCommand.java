package io.penstock.app;

import io.penstock.app.eval.ChangeRow;
import io.penstock.app.eval.ChangeStudy;
import io.penstock.app.eval.EvalJson;
import io.penstock.app.eval.EvalPlots;
import io.penstock.app.eval.EvalSettings;
import io.penstock.app.eval.EvalTable;
import io.penstock.app.eval.Evaluation;
import io.penstock.app.eval.PoolResult;
import io.penstock.app.eval.TenantRow;
import io.penstock.app.eval.TenantStudy;
import io.penstock.connector.recorded.RecordedDataException;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** {@code penstock eval}: what a policy earns on recorded outcomes, without Kafka. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Evaluates a policy on recorded outcomes with the router's own code, without Kafka: a row for each pool and"
                    + " lambda. Reward = quality - lambda * amount / C_ref, where C_ref is the mean amount of the pool's"
                    + " dearest model.",
            "cold: bandit feedback alone, from list prices, one pass over each of several shuffled orders; the choices are"
                    + " those of replay --deterministic with the same seed. blind: the same without cards, so without"
                    + " prices; what answers cost is found out. own log: one half is routed cold, then the other from that"
                    + " log alone, both ways. warm: nearest neighbours and logistic regression trained on the full outcomes"
                    + " of other prompts (the other half, or --warm), learning on. k-NN, ridge and logistic are trained"
                    + " alike, with textbook settings and each model's mean cost.",
            "last fifth: where a router ends, paired with the best fixed model. entropy, top share: of its shares of the"
                    + " models; top share 1 = the prompt does not matter. shuffled: its shares dealt to the prompts at random.",
            "By pool: prompts that no model answers well, with the exact 95 %% interval; AIQ, the mean height of the hull of"
                    + " quality over cost between the cheapest and the dearest model; what the warm model costs at the best"
                    + " single model's quality, as a share of that model's cost, with the weight chosen on the training half.",
            "Exit code 0: done; 2: wrong usage or wrong data."
        },
        footer = {
            "",
            "Examples:",
            "  penstock eval --data recordings",
            "  penstock eval --data new --warm old --pools mmlupro --lambdas 0.05 --json rows.json"
        })
final class EvalCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Folder with outcomes-*.jsonl.gz.")
    private Path data = Path.of("");

    @Option(
            names = "--catalog",
            paramLabel = "DIR",
            description = "Folder with models.json and pools.json, if it is another.")
    private @Nullable Path catalog;

    @Option(
            names = "--warm",
            paramLabel = "DIR",
            description =
                    "Folder with outcomes of other prompts that train the warm models and baselines; without it, each"
                            + " half of the data teaches the other.")
    private @Nullable Path warm;

    @Option(
            names = "--pools",
            split = ",",
            paramLabel = "NAME",
            description = "Pools of pools.json, separated by commas (default: all).")
    private List<String> pools = List.of();

    @Option(
            names = "--lambdas",
            split = ",",
            defaultValue = "0.02,0.05,0.20",
            paramLabel = "L",
            description = "Weights of the objective (default: ${DEFAULT-VALUE}).")
    private List<Double> lambdas = List.of();

    @Option(
            names = "--seeds",
            defaultValue = "10",
            paramLabel = "N",
            description = "Shuffled orders, seeds 1 to N (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--delay",
            defaultValue = "0",
            paramLabel = "N",
            description = "A verdict arrives N decisions late; answers do not (default: ${DEFAULT-VALUE}).")
    private int delay;

    @Option(
            names = "--missing",
            defaultValue = "0",
            paramLabel = "P",
            description = "Share of verdicts that never arrive (default: ${DEFAULT-VALUE}).")
    private double missing;

    @Option(
            names = "--aptitude",
            defaultValue = "0",
            paramLabel = "N",
            description = "Every model first tries the same N prompts of each order, which are not judged; for cold"
                    + " (default: ${DEFAULT-VALUE}).")
    private int aptitude;

    @Option(
            names = "--policy",
            defaultValue = "thompson",
            paramLabel = "P",
            description = "thompson, linucb, squarecb, softmax, greedy, ucb1, beta-thompson, random or cheapest"
                    + " (default: ${DEFAULT-VALUE}).")
    private String policy = "";

    @Option(
            names = "--policy-option",
            paramLabel = "KEY=VALUE",
            description = "An option of the policy, e.g. scale=0.3; repeatable.")
    private Map<String, String> policyOptions = Map.of();

    @Option(
            names = "--in-flight",
            defaultValue = "32",
            paramLabel = "N",
            description = "Requests decided before the first of them is learned (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(names = "--limit", paramLabel = "N", description = "Only the first N prompts of each order, for cold.")
    private @Nullable Integer limit;

    @Option(
            names = "--change",
            description =
                    "Instead: how soon a silent drop of a model's quality is found, how often falsely, and what it"
                            + " costs; a row for each pool, with the first lambda.")
    private boolean change;

    @Option(
            names = "--tenants",
            paramLabel = "N",
            description =
                    "Instead: what N small tenants earn alone, in a group, and in a group with a layer for each; two"
                            + " rows for each pool, with the first lambda.")
    private @Nullable Integer tenants;

    @Option(names = "--json", paramLabel = "OUT", description = "Write the rows as JSON.")
    private @Nullable Path json;

    @Option(
            names = "--plots",
            paramLabel = "DIR",
            description =
                    "Write pictures (SVG): each pool's frontier, each row's regret against the oracle and the best"
                            + " fixed model.")
    private @Nullable Path plots;

    @Option(
            names = "--export",
            paramLabel = "DIR",
            description = "Write each pool's streams for other programs: features, prices, outcomes, orders, halves.")
    private @Nullable Path export;

    @Option(
            names = "--output",
            defaultValue = "table",
            paramLabel = "FORM",
            description = "What is printed: table or json (default: ${DEFAULT-VALUE}).")
    private ReplayOutput output = ReplayOutput.table;

    @Option(names = "--plain", description = "Print the result only, without telling what is being done.")
    private boolean plain;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        EvalSettings settings = settings(command);
        Folders.require(command, data);
        Folders.require(command, catalog);
        Folders.require(command, warm);
        Folders.requireOf(command, json);
        Folders.requireOf(command, plots);
        Folders.requireOf(command, export);
        if (change) {
            out.print(ChangeStudy.write(changes(command, settings, err)));
            out.flush();
            return 0;
        }
        if (tenants != null) {
            out.print(TenantStudy.write(tenants(command, settings, tenants, err)));
            out.flush();
            return 0;
        }
        List<PoolResult> results = new ArrayList<>();
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            Evaluation evaluation = new Evaluation(settings, extractor, step -> tell(err, step));
            for (String pool : chosenPools(command)) {
                RecordedOutcomes outcomes = load(command, data, pool);
                RecordedOutcomes teacher = warm == null ? null : load(command, warm, pool);
                if (export != null) {
                    export(evaluation, outcomes, export);
                }
                results.add(evaluate(command, evaluation, outcomes, teacher));
            }
        }
        write(settings, results);
        out.print(output == ReplayOutput.json ? EvalJson.write(settings, results) : EvalTable.write(results));
        out.flush();
        return 0;
    }

    private List<ChangeRow> changes(CommandSpec command, EvalSettings settings, PrintWriter err) {
        List<ChangeRow> rows = new ArrayList<>();
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            ChangeStudy study = new ChangeStudy(settings, extractor);
            for (String pool : chosenPools(command)) {
                tell(err, "pool " + pool);
                rows.add(study.study(load(command, data, pool)));
            }
        }
        return rows;
    }

    private List<TenantRow> tenants(CommandSpec command, EvalSettings settings, int count, PrintWriter err) {
        List<TenantRow> rows = new ArrayList<>();
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            TenantStudy study = new TenantStudy(settings, count, extractor);
            for (String pool : chosenPools(command)) {
                tell(err, "pool " + pool);
                rows.addAll(study.study(load(command, data, pool)));
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
        return rows;
    }

    private static PoolResult evaluate(
            CommandSpec command, Evaluation evaluation, RecordedOutcomes outcomes, @Nullable RecordedOutcomes teacher) {
        try {
            return evaluation.evaluate(outcomes, teacher);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static void export(Evaluation evaluation, RecordedOutcomes outcomes, Path folder) {
        try {
            evaluation.export(outcomes, folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the streams cannot be written: " + e.getMessage(), e);
        }
    }

    private void tell(PrintWriter err, String step) {
        if (!plain) {
            err.println(step);
        }
    }

    private EvalSettings settings(CommandSpec command) {
        OptionalInt cut = limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
        try {
            return new EvalSettings(policy, policyOptions, lambdas, seeds, inFlight, delay, missing, aptitude, cut);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<String> chosenPools(CommandSpec command) {
        if (!pools.isEmpty()) {
            return pools;
        }
        try {
            return RecordedOutcomes.pools(data, catalogDir());
        } catch (RecordedDataException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Path catalogDir() {
        return catalog == null ? data : catalog;
    }

    private RecordedOutcomes load(CommandSpec command, Path folder, String pool) {
        try {
            return RecordedOutcomes.load(folder, catalogDir(), pool);
        } catch (RecordedDataException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void write(EvalSettings settings, List<PoolResult> results) {
        try {
            if (json != null) {
                Files.writeString(json, EvalJson.write(settings, results));
            }
            if (plots != null) {
                EvalPlots.write(plots, results);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the results cannot be written: " + e.getMessage(), e);
        }
    }
}
