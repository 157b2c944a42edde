package io.penstock.app;

import io.penstock.app.models.ModelsFile;
import io.penstock.app.plot.TextTable;
import io.penstock.connector.CatalogReader;
import io.penstock.event.CatalogEntry;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelStatus;
import io.penstock.schema.Money;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock models}: what is in the catalog. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = "Lists the models of a running node, and checks models files.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ModelsCommand.ListAll.class, ModelsCommand.Check.class},
        footer = {"", "Example:", "  penstock models list"})
final class ModelsCommand {
    /** Reads the catalog. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Lists the models of a running node's catalog and whether requests can go to them.",
            footer = {"", "Example:", "  penstock models list"})
    static final class ListAll implements Callable<Integer> {
        private static final long TIMEOUT_SECONDS = 30;

        @Spec
        private @Nullable CommandSpec spec;

        @Mixin
        private Connection connection = new Connection();

        @Override
        public Integer call() throws Exception {
            PrintWriter out =
                    Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
            connection.clients();
            Map<String, CatalogEntry> entries;
            try (CatalogReader reader = CatalogReader.start(
                    connection.bootstrapServers(), connection.settings(), connection.topics(), connection.reader())) {
                reader.loaded().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                entries = new TreeMap<>(reader.entries());
            }
            TextTable table = new TextTable("model", "phase", "backend", "$/M in", "$/M out", "in flight", "detail");
            for (CatalogEntry entry : entries.values()) {
                if (entry.getBody() instanceof ModelCard card) {
                    row(table, card, entries.get("model-status/" + card.getSlug()));
                }
            }
            out.print(table);
            out.flush();
            return 0;
        }

        private static void row(TextTable table, ModelCard card, @Nullable CatalogEntry entry) {
            ModelStatus status = entry != null && entry.getBody() instanceof ModelStatus known ? known : null;
            table.row(
                    card.getSlug(),
                    status == null ? "new" : status.getPhase().name().toLowerCase(Locale.ROOT),
                    card.getBackend(),
                    Money.format(card.getInputNanosPerMillionTokens()),
                    Money.format(card.getOutputNanosPerMillionTokens()),
                    String.valueOf(card.getMaxInFlight()),
                    status == null ? "" : status.getDetail());
        }
    }

    /** Checks a models file. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Says what is wrong with a models file; connects to nothing.",
            footer = {"", "Example:", "  penstock models check models.yaml"})
    static final class Check implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Parameters(paramLabel = "FILE", description = "YAML, as for 'penstock up --models'.")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            PrintWriter out =
                    Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
            out.println(file + " is good: " + ModelsFile.read(file).size() + " entries.");
            return 0;
        }
    }
}
