package io.penstock.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.app.aptitude.AptitudeRun;
import io.penstock.app.aptitude.AptitudeTally;
import io.penstock.app.aptitude.AptitudeTopics;
import io.penstock.app.aptitude.Probe;
import io.penstock.app.aptitude.ProbeFile;
import io.penstock.app.node.Node;
import io.penstock.app.plot.TextTable;
import io.penstock.app.replay.SampleData;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.event.Budget;
import io.penstock.event.CatalogEntry;
import io.penstock.event.ModelCard;
import io.penstock.schema.Money;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock aptitude}: a probe set through new models, within a budget. */
@Command(
        name = "aptitude",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends each probe to each of the models, as ordinary requests that allow that model alone, so that routers know the"
                    + " models before they have to choose them. Probes with a known answer are judged by it, feedback of source "
                    + AptitudeRun.SOURCE + "; on all others your own judge must say what the answers are worth.",
            "The same run goes on where it stopped; another --run asks everything anew.",
            "Exit code 0: every probe was asked; 1: money or patience ended before; 2: wrong usage."
        },
        footer = {
            "",
            "Examples:",
            "  penstock aptitude --model new-model --probes probes.jsonl --cap 0.50",
            "  penstock budget set lab --tenants default --attribute purse=lab --cap 2",
            "  penstock aptitude --model a --model b --sample 200 --budget lab"
        })
final class AptitudeCommand implements Callable<Integer> {
    private static final int NANO_DIGITS = 9;
    private static final Duration VERDICT_PAUSE = Duration.ofMillis(200);
    private static final double MILLIS = 1e3;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--model", required = true, paramLabel = "SLUG", description = "A model to try; repeatable.")
    private List<String> models = List.of();

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    /** Where probes come from. */
    private static final class Source {
        @Option(
                names = "--probes",
                paramLabel = "FILE",
                description = "JSON lines: id, prompt or messages, and if known expected, and choices.")
        private @Nullable Path probes;

        @Option(names = "--sample", paramLabel = "N", description = "The first N prompts of the bundled sample.")
        private @Nullable Integer sample;
    }

    @Option(
            names = "--cap",
            paramLabel = "USD",
            description = "Never more than this: nothing is sent whose worst case does not fit.")
    private @Nullable BigDecimal cap;

    @Option(
            names = "--budget",
            paramLabel = "OWNER",
            description = "A budget of the cluster that pays; its attribute is set on the requests.")
    private @Nullable String budget;

    @Option(
            names = "--run",
            defaultValue = "1",
            paramLabel = "NAME",
            description = "Name of this run (default: ${DEFAULT-VALUE}).")
    private String run = "";

    @Option(
            names = "--tenant",
            defaultValue = Node.DEFAULT_TENANT,
            paramLabel = "T",
            description = "Who asks, and whose policy learns (default: ${DEFAULT-VALUE}).")
    private String tenant = "";

    @Option(
            names = "--in-flight",
            defaultValue = "8",
            paramLabel = "N",
            description = "Requests under way at most (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--timeout",
            defaultValue = "120",
            paramLabel = "SECONDS",
            description = "Give up after so long without any response (default: ${DEFAULT-VALUE}).")
    private double timeout;

    @Mixin
    private Connection connection = new Connection();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
        if (cap == null && budget == null) {
            throw new ParameterException(command.commandLine(), "--cap or --budget must say what it may cost");
        }
        if (!(timeout > 0 && timeout <= 1e6)) {
            throw new ParameterException(command.commandLine(), "--timeout " + timeout + " must be above 0");
        }
        List<Probe> probes = probes(command);
        long limit = limit(command);
        try (AptitudeTopics topics =
                new AptitudeTopics(connection.clients(), connection.codec(tenant), connection.topics(), tenant)) {
            Map<String, CatalogEntry> catalog = topics.catalog();
            AptitudeRun.Settings settings = settings(command, limit, attributes(command, catalog));
            AptitudeRun aptitude = new AptitudeRun(settings, cards(command, catalog), probes, topics);
            AptitudeRun.End end = aptitude.run();
            await(aptitude, topics, settings.patience());
            tell(command, aptitude, end);
            return end == AptitudeRun.End.DONE ? 0 : 1;
        }
    }

    private List<Probe> probes(CommandSpec command) {
        Integer sample = source.sample;
        try {
            if (source.probes != null) {
                return ProbeFile.read(source.probes);
            }
            List<RecordedPrompt> prompts = SampleData.load().prompts();
            if (sample == null || sample < 1 || sample > prompts.size()) {
                throw new IllegalArgumentException("--sample " + sample + " must be from 1 to " + prompts.size());
            }
            return prompts.subList(0, sample).stream()
                    .map(prompt -> new Probe(prompt.id(), prompt.text(), List.of(), null, List.of(), prompt.id()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private long limit(CommandSpec command) {
        if (cap == null) {
            return Long.MAX_VALUE;
        }
        try {
            long nanos = cap.movePointRight(NANO_DIGITS)
                    .setScale(0, RoundingMode.UNNECESSARY)
                    .longValueExact();
            if (nanos > 0) {
                return nanos;
            }
        } catch (ArithmeticException e) {
            throw new ParameterException(
                    command.commandLine(), "--cap " + cap + " must be dollars, to a billionth at most", e);
        }
        throw new ParameterException(command.commandLine(), "--cap " + cap + " must be above 0");
    }

    private AptitudeRun.Settings settings(CommandSpec command, long limit, Map<String, String> attributes) {
        try {
            return new AptitudeRun.Settings(
                    run, limit, attributes, inFlight, Duration.ofMillis(Math.round(timeout * MILLIS)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** What makes the named budget pay. */
    private Map<String, String> attributes(CommandSpec command, Map<String, CatalogEntry> catalog) {
        Map<String, String> attributes = new HashMap<>();
        if (budget == null) {
            return attributes;
        }
        CatalogEntry entry = catalog.get("budget/" + budget);
        if (entry == null || !(entry.getBody() instanceof Budget known)) {
            throw new ParameterException(
                    command.commandLine(), "there is no budget " + budget + "; 'penstock budget set' makes one");
        }
        boolean pays = known.getTenants().isEmpty()
                ? known.getOwner().equals(tenant)
                : known.getTenants().contains(tenant);
        if (!pays) {
            throw new ParameterException(
                    command.commandLine(), "budget " + budget + " does not pay for tenant " + tenant);
        }
        if (known.getCapNanos() <= 0) {
            throw new ParameterException(command.commandLine(), "budget " + budget + " has no cap");
        }
        if (known.getAttributeName() != null && known.getAttributeValue() != null) {
            attributes.put(known.getAttributeName(), known.getAttributeValue());
        }
        return attributes;
    }

    private List<ModelCard> cards(CommandSpec command, Map<String, CatalogEntry> catalog) {
        List<ModelCard> cards = new ArrayList<>();
        for (String model : models.stream().distinct().toList()) {
            CatalogEntry entry = catalog.get("model/" + model);
            if (entry == null || !(entry.getBody() instanceof ModelCard card)) {
                throw new ParameterException(
                        command.commandLine(),
                        "there is no model " + model + " in the catalog; 'penstock models list' shows those there are");
            }
            cards.add(card);
        }
        return cards;
    }

    /** Verdicts are learned a moment after the last answer. */
    private static void await(AptitudeRun aptitude, AptitudeTopics topics, Duration patience) {
        long[] seen = new long[1];
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            topics.verdicts((id, value) -> {
                aptitude.verdict(id, value);
                seen[0] += aptitude.expectsVerdict(id) ? 1 : 0;
            });
            if (seen[0] >= aptitude.verdictsExpected() || System.nanoTime() > deadline) {
                return;
            }
            LockSupport.parkNanos(VERDICT_PAUSE.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("interrupted while waiting for verdicts");
            }
        }
    }

    private void tell(CommandSpec command, AptitudeRun aptitude, AptitudeRun.End end) {
        PrintWriter out = command.commandLine().getOut();
        out.print(json ? json(aptitude, end) : text(aptitude, end));
        out.flush();
    }

    private String text(AptitudeRun aptitude, AptitudeRun.End end) {
        TextTable table = new TextTable(
                "model",
                "sent",
                "answered",
                "judged",
                "quality",
                "s.e.",
                "tokens out",
                "cost $",
                "latency ms",
                "not answered");
        for (AptitudeTally tally : aptitude.tallies()) {
            table.row(
                    tally.model(),
                    String.valueOf(tally.requests()),
                    String.valueOf(tally.answers()),
                    String.valueOf(tally.verdicts()),
                    number("%.4f", tally.quality()),
                    number("%.4f", tally.error()),
                    number("%.0f", tally.outputTokens()),
                    Money.format(tally.costNanos()),
                    number("%.0f", tally.latencyMillis()),
                    tally.failures().isEmpty() ? "" : tally.failures().toString());
        }
        return table + "\n" + sentence(aptitude, end) + "\n";
    }

    private String sentence(AptitudeRun aptitude, AptitudeRun.End end) {
        String spent = "Spent " + Money.format(aptitude.spentNanos()) + ". ";
        return switch (end) {
            case DONE -> spent + "Every probe was asked.";
            case CAP -> spent + "Stopped: the worst case of the next request does not fit under --cap " + cap + ".";
            case BUDGET -> spent + "Stopped: the budget of the requests is exhausted.";
            case SILENCE -> spent + "Gave up: no response for " + timeout + " s; run it again to go on.";
        };
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private String json(AptitudeRun aptitude, AptitudeRun.End end) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("run", run);
        root.put("end", end.name().toLowerCase(Locale.ROOT));
        root.put("spent_nanos", aptitude.spentNanos());
        ArrayNode rows = root.putArray("models");
        for (AptitudeTally tally : aptitude.tallies()) {
            ObjectNode row = rows.addObject();
            row.put("model", tally.model());
            row.put("sent", tally.requests());
            row.put("answered", tally.answers());
            row.put("judged", tally.verdicts());
            if (tally.verdicts() > 0) {
                row.put("quality", tally.quality());
            }
            if (tally.verdicts() > 1) {
                row.put("standard_error", tally.error());
            }
            row.put("output_tokens", tally.outputTokens());
            row.put("cost_nanos", tally.costNanos());
            row.put("latency_ms", tally.latencyMillis());
            ObjectNode failures = row.putObject("not_answered");
            tally.failures().forEach(failures::put);
        }
        return root.toPrettyString() + "\n";
    }
}
