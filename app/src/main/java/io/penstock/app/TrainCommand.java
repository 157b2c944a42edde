package io.penstock.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.app.eval.FullOutcomes;
import io.penstock.app.plot.TextTable;
import io.penstock.connector.recorded.RecordedArm;
import io.penstock.connector.recorded.RecordedDataException;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.feature.FittedExtractor;
import io.penstock.feature.Prompt;
import io.penstock.feature.TfIdfSvd;
import io.penstock.learner.Features;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import io.penstock.topology.PenstockConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock train}: what can be known before the first request, from what was seen elsewhere. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Fits the feature tier tfidf-svd to prompts, and from recorded outcomes also a warm model on those features and"
                    + " the prior quality of each model. The files hold hashes of words and numbers, no text.",
            "Exit code 0: done; 2: wrong usage or wrong data."
        },
        footer = {
            "",
            "Examples:",
            "  penstock train --data recordings --pool mmlupro --out trained",
            "  penstock train --prompts folder-of-text-files --out trained"
        })
final class TrainCommand implements Callable<Integer> {
    static final String FEATURES_FILE = "features.tfidf";
    static final String WARM_FILE = "warm.model";
    static final String PRIORS_FILE = "priors.yaml";

    private static final long SEED = 1;
    /** More would let old verdicts hold out for long against new ones. */
    private static final int MOST_OBSERVATIONS = 500;

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    /** Where prompts come from. */
    private static final class Source {
        @Option(names = "--data", paramLabel = "DIR", description = "Folder with outcomes-*.jsonl.gz.")
        private @Nullable Path data;

        @Option(names = "--prompts", paramLabel = "DIR", description = "Folder with a file for each prompt, UTF-8.")
        private @Nullable Path prompts;
    }

    @Option(names = "--pool", paramLabel = "NAME", description = "Pool of pools.json; with --data.")
    private @Nullable String pool;

    @Option(
            names = "--catalog",
            paramLabel = "DIR",
            description = "Folder with models.json and pools.json, if it is another than --data.")
    private @Nullable Path catalog;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write to; made if missing.")
    private Path folder = Path.of("");

    @Option(
            names = "--dimension",
            defaultValue = "64",
            paramLabel = "N",
            description = "Numbers the bandit sees (default: ${DEFAULT-VALUE}).")
    private int dimension;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
        RecordedOutcomes outcomes = outcomes(command);
        List<Prompt> prompts = outcomes == null ? texts(command) : prompts(outcomes);
        TfIdfSvd fitted = fit(command, prompts);
        PrintWriter out = command.commandLine().getOut();
        Path features = folder.resolve(FEATURES_FILE);
        write(features, fitted.toBytes());
        out.printf(
                Locale.ROOT,
                "Fitted %d features on %,d prompts, %,d words and pairs: %s%nTo use them: %s=%s and %s=%s%n",
                fitted.dimension(),
                prompts.size(),
                fitted.terms(),
                features,
                PenstockConfig.FEATURES_TIER,
                FittedExtractor.NAME,
                PenstockConfig.FEATURES_FITTED_FILE,
                features.toAbsolutePath());
        if (outcomes != null) {
            warm(command, outcomes, new FittedExtractor(fitted), prompts);
            priors(outcomes, out);
        }
        out.flush();
        return 0;
    }

    /** What the arms did on these prompts, for routers that should not start from list prices. */
    private void warm(CommandSpec command, RecordedOutcomes outcomes, FittedExtractor extractor, List<Prompt> prompts) {
        List<Features> contexts = extractor.extract(prompts).stream()
                .map(vector -> Features.of(vector.toFloats()))
                .toList();
        WarmModel model;
        try {
            model = WarmModel.fit(
                    WarmKind.JOINT,
                    FullOutcomes.of(outcomes, IntStream.range(0, prompts.size()).toArray(), contexts));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
        Path file = folder.resolve(WARM_FILE);
        write(file, model.withExtractor(extractor.id().hash()).toBytes());
        command.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "Warm model of %d models on %,d prompts: %s%nTo start from it, on those features: %s=%s%n",
                        model.models().size(),
                        model.prompts(),
                        file,
                        PenstockConfig.WARM_FILE,
                        file.toAbsolutePath());
    }

    private @Nullable RecordedOutcomes outcomes(CommandSpec command) {
        Path data = source.data;
        if (data == null) {
            if (pool != null || catalog != null) {
                throw new ParameterException(command.commandLine(), "--pool and --catalog need --data");
            }
            return null;
        }
        if (pool == null) {
            throw new ParameterException(command.commandLine(), "--data needs --pool, a name in pools.json");
        }
        Folders.require(command, data);
        Folders.require(command, catalog);
        try {
            return RecordedOutcomes.load(data, catalog == null ? data : catalog, pool);
        } catch (RecordedDataException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static List<Prompt> prompts(RecordedOutcomes outcomes) {
        return outcomes.prompts().stream()
                .map(prompt -> Prompt.of(prompt.text()))
                .toList();
    }

    private List<Prompt> texts(CommandSpec command) {
        Path prompts = Objects.requireNonNull(source.prompts, "the group has one of two");
        Folders.require(command, prompts);
        List<Prompt> texts = new ArrayList<>();
        try (Stream<Path> files = Files.list(prompts)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                texts.add(Prompt.of(Files.readString(file)));
            }
        } catch (IOException e) {
            throw new ParameterException(
                    command.commandLine(), "the prompts in " + prompts + " cannot be read: " + e.getMessage(), e);
        }
        return texts;
    }

    private TfIdfSvd fit(CommandSpec command, List<Prompt> prompts) {
        try {
            return TfIdfSvd.fit(prompts, dimension, SEED);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** What each model was worth there, as lines for a models file. */
    private void priors(RecordedOutcomes outcomes, PrintWriter out) {
        int observations = Math.min(MOST_OBSERVATIONS, outcomes.prompts().size());
        TextTable table = new TextTable("model", "prior quality", "worth observations");
        StringBuilder yaml = new StringBuilder("# For the models of a models file (penstock up --models).\n");
        for (int arm = 0; arm < outcomes.arms().size(); arm++) {
            double sum = 0;
            for (RecordedPrompt prompt : outcomes.prompts()) {
                sum += prompt.outcomes().get(arm).quality();
            }
            RecordedArm model = outcomes.arms().get(arm);
            String quality =
                    String.format(Locale.ROOT, "%.4f", sum / outcomes.prompts().size());
            table.row(model.name(), quality, String.valueOf(observations));
            yaml.append("- slug: ").append(model.slug());
            yaml.append("\n  prior-quality: ").append(quality);
            yaml.append("\n  prior-observations: ").append(observations).append('\n');
        }
        Path priors = folder.resolve(PRIORS_FILE);
        write(priors, yaml.toString().getBytes(UTF_8));
        out.printf("%n%s%nPriors for a models file: %s%n", table, priors);
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
