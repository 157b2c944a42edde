package io.penstock.app;

import io.penstock.app.audit.TopicReader;
import io.penstock.app.node.CatalogWriter;
import io.penstock.app.node.Clients;
import io.penstock.app.plot.TextTable;
import io.penstock.event.Budget;
import io.penstock.event.BudgetGrant;
import io.penstock.event.CatalogEntry;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Money;
import io.penstock.schema.Topics;
import io.penstock.topology.catalog.CatalogCheck;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock budget}: what owners may spend, and have spent. */
@Command(
        name = "budget",
        mixinStandardHelpOptions = true,
        description = "Sets budgets, and shows what is spent of them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {BudgetCommand.SetOne.class, BudgetCommand.ListAll.class},
        footer = {"", "Example:", "  penstock budget list"})
final class BudgetCommand {
    private static final int NANO_DIGITS = 9;

    /** Writes a budget to the catalog. */
    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Sets the budget of an owner; routers use it within a second. Amounts are dollars.",
            footer = {
                "",
                "Example:",
                "  penstock budget set acme --cap 25 --period P1D --target 20 --at-cap cheapest",
                "  penstock budget set research --tenants acme --attribute team=research --cap 5 --at-cap hold"
            })
    static final class SetOne implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Parameters(paramLabel = "OWNER", description = "Who spends: a tenant, or any name with --tenants.")
        private String owner = "";

        @Option(
                names = "--cap",
                defaultValue = "0",
                paramLabel = "USD",
                description = "Never more than this a period; may be left out if there is a --session-cap.")
        private BigDecimal cap = BigDecimal.ZERO;

        @Option(
                names = "--period",
                defaultValue = "P1D",
                paramLabel = "P",
                description = "PT15S, PT1H, P1D, P1W, P1M, ... in UTC (default: ${DEFAULT-VALUE}).")
        private String period = "";

        @Option(
                names = "--target",
                defaultValue = "0",
                paramLabel = "USD",
                description = "What should be spent at the end of the period; 0 = no pacing (default).")
        private BigDecimal target = BigDecimal.ZERO;

        @Option(
                names = "--at-cap",
                defaultValue = "reject",
                paramLabel = "WHAT",
                description = "cheapest, hold or reject (default: ${DEFAULT-VALUE}).")
        private String atCap = "";

        @Option(
                names = "--session-cap",
                defaultValue = "0",
                paramLabel = "USD",
                description = "Never more than this a session and lane; 0 = no limit (default).")
        private BigDecimal sessionCap = BigDecimal.ZERO;

        @Option(
                names = "--tenants",
                split = ",",
                paramLabel = "T",
                description = "Whose requests it pays for (default: those of the tenant named OWNER).")
        private List<String> tenants = List.of();

        @Option(
                names = "--attribute",
                paramLabel = "NAME=VALUE",
                description = "Only requests of those tenants with this attribute.")
        private Map<String, String> attribute = Map.of();

        @Mixin
        private Connection connection = new Connection();

        @Override
        public Integer call() {
            CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
            CatalogEntry entry = CatalogEntry.newBuilder()
                    .setKind("budget")
                    .setId(owner)
                    .setBody(budget(command))
                    .build();
            List<String> problems = CatalogCheck.problems("budget/" + owner, entry);
            if (!problems.isEmpty()) {
                throw new ParameterException(
                        command.commandLine(), "budget " + owner + ": " + String.join("; ", problems));
            }
            Clients clients = connection.clients();
            try (Producer<String, byte[]> producer = clients.producer()) {
                new CatalogWriter(producer, connection.catalogCodec(), connection.topics()).write(List.of(entry));
            }
            command.commandLine().getOut().println("Budget " + owner + " is set: penstock budget list");
            return 0;
        }

        private Budget budget(CommandSpec command) {
            if (attribute.size() > 1) {
                throw new ParameterException(command.commandLine(), "--attribute must be given at most once");
            }
            Budget.Builder budget = Budget.newBuilder()
                    .setOwner(owner)
                    .setPeriod(period)
                    .setCapNanos(nanos(command, "--cap", cap))
                    .setTargetNanos(nanos(command, "--target", target))
                    .setSessionCapNanos(nanos(command, "--session-cap", sessionCap))
                    .setAtCap(atCap)
                    .setTenants(tenants);
            attribute.forEach((name, value) -> budget.setAttributeName(name).setAttributeValue(value));
            return budget.build();
        }

        private static long nanos(CommandSpec command, String option, BigDecimal dollars) {
            try {
                return dollars.movePointRight(NANO_DIGITS)
                        .setScale(0, RoundingMode.UNNECESSARY)
                        .longValueExact();
            } catch (ArithmeticException e) {
                throw new ParameterException(
                        command.commandLine(),
                        option + " " + dollars + " must be dollars, below nine billion and to a billionth at most",
                        e);
            }
        }
    }

    /** Reads the catalog and the budgets topic. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Lists budgets, and of each period that is known: what is settled, what is reserved or in doubt"
                            + " beside it, what can still be granted, and the price of money.",
            footer = {"", "Example:", "  penstock budget list"})
    static final class ListAll implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Mixin
        private Connection connection = new Connection();

        @Override
        public Integer call() {
            PrintWriter out =
                    Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
            EventCodec codec = connection.reader();
            Topics topics = connection.topics();
            Map<String, Budget> budgets = new TreeMap<>();
            Map<String, BudgetGrant> periods = new TreeMap<>();
            try (Consumer<byte[], byte[]> consumer = connection.clients().consumer(null, "earliest")) {
                TopicReader reader = new TopicReader(consumer, InstantSource.system());
                reader.read(List.of(topics.catalog()), record -> budget(codec, record, budgets));
                reader.read(List.of(topics.budgets()), record -> grant(codec, record, periods));
            }
            TextTable table = new TextTable(
                    "owner", "period", "cap", "target", "at cap", "settled", "reserved", "free", "price of money");
            budgets.forEach((owner, budget) -> {
                if (periods.values().stream()
                        .noneMatch(grant -> grant.getOwner().equals(owner))) {
                    table.row(
                            owner,
                            budget.getPeriod(),
                            Money.format(budget.getCapNanos()),
                            Money.format(budget.getTargetNanos()),
                            budget.getAtCap(),
                            "",
                            "",
                            "",
                            "");
                }
            });
            periods.values().forEach(grant -> row(table, grant, budgets.get(grant.getOwner())));
            out.print(table);
            out.flush();
            return 0;
        }

        private static void budget(
                EventCodec codec, ConsumerRecord<byte[], byte[]> record, Map<String, Budget> budgets) {
            if (record.value() == null) {
                return;
            }
            codec.missingSchema(record.value()).ifPresent(codec::resolve);
            CatalogEntry entry = codec.decode(CatalogEntry.class, record.value());
            if (entry.getBody() instanceof Budget budget) {
                budgets.put(budget.getOwner(), budget);
            }
        }

        /** Of the records of a period, one a route task, the last knows best. */
        private static void grant(
                EventCodec codec, ConsumerRecord<byte[], byte[]> record, Map<String, BudgetGrant> periods) {
            if (record.value() == null) {
                return;
            }
            codec.missingSchema(record.value()).ifPresent(codec::resolve);
            BudgetGrant grant = codec.decode(BudgetGrant.class, record.value());
            periods.put(grant.getOwner() + '/' + grant.getPeriod(), grant);
        }

        private static void row(TextTable table, BudgetGrant grant, @Nullable Budget budget) {
            table.row(
                    grant.getOwner(),
                    grant.getPeriod(),
                    Money.format(grant.getCapNanos()),
                    Money.format(grant.getTargetNanos()),
                    budget == null ? "removed" : budget.getAtCap(),
                    Money.format(grant.getSettledNanos()),
                    Money.format(grant.getCommittedNanos() - grant.getSettledNanos()),
                    Money.format(grant.getFreeNanos()),
                    String.format(Locale.ROOT, "%.4f", grant.getPrice()));
        }
    }
}
