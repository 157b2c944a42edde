package io.penstock.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.app.eval.FullOutcomes;
import io.penstock.app.node.Node;
import io.penstock.app.plot.TextTable;
import io.penstock.app.train.TrainingLog;
import io.penstock.app.train.TrainingTopics;
import io.penstock.connector.recorded.RecordedArm;
import io.penstock.connector.recorded.RecordedDataException;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.feature.FittedExtractor;
import io.penstock.feature.Prompt;
import io.penstock.feature.TfIdfSvd;
import io.penstock.learner.Features;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.warm.LoggedOutcomes;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import io.penstock.schema.Identity;
import io.penstock.topology.PenstockConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "--from-topics learns from a cluster's own log: the chosen models' outcomes with their newest verdicts, by"
                    + " the router's own regression; prior qualities are doubly robust. At least "
                    + LoggedOutcomes.FEWEST
                    + " verdicts are needed. Features are those of record, or with --features fitted a tier fitted to the"
                    + " requests that retention has left.",
            "Exit code 0: done; 2: wrong usage or wrong data."
        },
        footer = {
            "",
            "Examples:",
            "  penstock train --data recordings --pool mmlupro --out trained",
            "  penstock train --prompts folder-of-text-files --out trained",
            "  penstock train --from-topics --tenant acme --features fitted --out trained"
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

        @Option(names = "--from-topics", description = "The outcomes of a cluster, and the requests that it still has.")
        private boolean topics;
    }

    /** What features a warm model from topics is fitted on. */
    enum FeatureSource {
        /** Those that the decisions saw; the router keeps its tier. */
        recorded,
        /** Those of a tier that is fitted to the requests. */
        fitted
    }

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = "--tenant",
            paramLabel = "T",
            description = "With --from-topics: whose log; short for --scope tenant/T (default: default).")
    private @Nullable String tenant;

    @Option(
            names = "--scope",
            paramLabel = "S",
            description = "With --from-topics: the scope whose outcomes count, e.g. group/small.")
    private @Nullable String scope;

    @Option(
            names = "--features",
            defaultValue = "recorded",
            paramLabel = "WHICH",
            description = "With --from-topics: recorded or fitted (default: ${DEFAULT-VALUE}).")
    private FeatureSource features = FeatureSource.recorded;

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
        if (source.topics) {
            return fromTopics(command);
        }
        if (tenant != null || scope != null || features != FeatureSource.recorded) {
            throw new ParameterException(command.commandLine(), "--tenant, --scope and --features need --from-topics");
        }
        RecordedOutcomes outcomes = outcomes(command);
        List<Prompt> prompts = outcomes == null ? texts(command) : prompts(outcomes);
        TfIdfSvd fitted = fit(command, prompts);
        tell(command, fitted, prompts.size());
        if (outcomes != null) {
            warm(command, outcomes, new FittedExtractor(fitted), prompts);
            priors(command, priors(outcomes));
        }
        command.commandLine().getOut().flush();
        return 0;
    }

    private void tell(CommandSpec command, TfIdfSvd fitted, int prompts) {
        Path file = folder.resolve(FEATURES_FILE);
        write(file, fitted.toBytes());
        command.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "Fitted %d features on %,d prompts, %,d words and pairs: %s%nTo use them: %s=%s and %s=%s%n",
                        fitted.dimension(),
                        prompts,
                        fitted.terms(),
                        file,
                        PenstockConfig.FEATURES_TIER,
                        FittedExtractor.NAME,
                        PenstockConfig.FEATURES_FITTED_FILE,
                        file.toAbsolutePath());
    }

    private int fromTopics(CommandSpec command) {
        if (pool != null || catalog != null) {
            throw new ParameterException(command.commandLine(), "--pool and --catalog need --data");
        }
        if (tenant != null && scope != null) {
            throw new ParameterException(command.commandLine(), "--tenant and --scope exclude each other");
        }
        String whose = scope != null ? scope : "tenant/" + (tenant == null ? Node.DEFAULT_TENANT : tenant);
        TrainingLog log;
        Map<String, ModelPrior> cards;
        Map<Identity, Prompt> prompts;
        try (Consumer<byte[], byte[]> consumer = connection.clients().consumer(null, "earliest")) {
            TrainingTopics topics = new TrainingTopics(consumer, connection.reader(), connection.topics());
            log = topics.log(whose);
            cards = topics.priors();
            prompts = features == FeatureSource.fitted ? topics.prompts(log.tenants()) : Map.of();
        }
        try {
            TrainingLog.Rows rows = features == FeatureSource.fitted ? refitted(command, log, prompts) : log.recorded();
            LoggedOutcomes.Lesson lesson = rows.outcomes().fit(cards);
            tell(command, rows, lesson);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
        command.commandLine().getOut().flush();
        return 0;
    }

    /** The log as a tier sees it that is fitted to the requests. */
    private TrainingLog.Rows refitted(CommandSpec command, TrainingLog log, Map<Identity, Prompt> prompts) {
        TfIdfSvd fitted = TfIdfSvd.fit(List.copyOf(prompts.values()), dimension, SEED);
        FittedExtractor extractor = new FittedExtractor(fitted);
        TrainingLog.Rows rows = log.seenThrough(
                extractor.id().hash(), TrainingLog.features(prompts, texts -> contexts(extractor, texts)));
        tell(command, fitted, prompts.size());
        return rows;
    }

    private static List<Features> contexts(FittedExtractor extractor, List<Prompt> prompts) {
        return extractor.extract(prompts).stream()
                .map(vector -> Features.of(vector.toFloats()))
                .toList();
    }

    private void tell(CommandSpec command, TrainingLog.Rows rows, LoggedOutcomes.Lesson lesson) {
        PrintWriter out = command.commandLine().getOut();
        Path file = folder.resolve(WARM_FILE);
        write(file, lesson.model().withExtractor(rows.extractor()).toBytes());
        SortedMap<String, Integer> verdicts = rows.outcomes().verdicts();
        out.printf(
                Locale.ROOT,
                "Warm model of %d models on %,d verdicts, features of extractor %s: %s%nTo start from it: %s=%s%n",
                lesson.model().models().size(),
                rows.outcomes().size(),
                rows.extractor(),
                file,
                PenstockConfig.WARM_FILE,
                file.toAbsolutePath());
        if (rows.leftOut() > 0) {
            out.printf(Locale.ROOT, "Left out: %,d judged attempts, seen through other features.%n", rows.leftOut());
        }
        List<Prior> priors = new ArrayList<>();
        lesson.qualities()
                .forEach((model, quality) ->
                        priors.add(new Prior(model, model, quality, verdicts.getOrDefault(model, 0))));
        priors(command, priors);
    }

    /** What the arms did on these prompts, for routers that should not start from list prices. */
    private void warm(CommandSpec command, RecordedOutcomes outcomes, FittedExtractor extractor, List<Prompt> prompts) {
        List<Features> contexts = contexts(extractor, prompts);
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

    /** What a model was worth on so many prompts. */
    private record Prior(String name, String slug, double quality, int prompts) {}

    private static List<Prior> priors(RecordedOutcomes outcomes) {
        List<Prior> priors = new ArrayList<>();
        for (int arm = 0; arm < outcomes.arms().size(); arm++) {
            double sum = 0;
            for (RecordedPrompt prompt : outcomes.prompts()) {
                sum += prompt.outcomes().get(arm).quality();
            }
            RecordedArm model = outcomes.arms().get(arm);
            int prompts = outcomes.prompts().size();
            priors.add(new Prior(model.name(), model.slug(), sum / prompts, prompts));
        }
        return priors;
    }

    /** What each model was worth there, as lines for a models file. */
    private void priors(CommandSpec command, List<Prior> priors) {
        TextTable table = new TextTable("model", "prior quality", "worth observations");
        StringBuilder yaml = new StringBuilder("# For the models of a models file (penstock up --models).\n");
        for (Prior prior : priors) {
            int observations = Math.min(MOST_OBSERVATIONS, prior.prompts());
            String quality = String.format(Locale.ROOT, "%.4f", prior.quality());
            table.row(prior.name(), quality, String.valueOf(observations));
            yaml.append("- slug: ").append(prior.slug());
            yaml.append("\n  prior-quality: ").append(quality);
            yaml.append("\n  prior-observations: ").append(observations).append('\n');
        }
        Path file = folder.resolve(PRIORS_FILE);
        write(file, yaml.toString().getBytes(UTF_8));
        command.commandLine().getOut().printf("%n%s%nPriors for a models file: %s%n", table, file);
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
