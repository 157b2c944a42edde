package io.penstock.app;

import io.penstock.app.policy.PolicyLog;
import io.penstock.app.policy.PolicyOperations;
import io.penstock.app.policy.PolicyReport;
import io.penstock.app.policy.PolicyWriter;
import io.penstock.event.ScopeControl;
import io.penstock.schema.EventCodec;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock policy}: what is learned, back to what was learned, and on to something better. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = "Shows policies, pins them, rolls them back, and tries others beside them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PolicyCommand.Show.class,
            PolicyCommand.Pin.class,
            PolicyCommand.RollBack.class,
            PolicyCommand.Release.class,
            PolicyCommand.Promote.class,
            PolicyExperimentCommand.class
        },
        footer = {"", "Example:", "  penstock policy show"})
final class PolicyCommand {
    /** What every change of a policy is told. */
    static final class Change {
        @Spec(Spec.Target.MIXEE)
        private @Nullable CommandSpec spec;

        @Mixin
        private Connection connection = new Connection();

        @Option(
                names = "--by",
                defaultValue = "${sys:user.name}",
                paramLabel = "WHO",
                description = "Who does it, for the history (default: ${DEFAULT-VALUE}).")
        private String by = "";

        @Option(names = "--reason", defaultValue = "", paramLabel = "TEXT", description = "Why, for the history.")
        private String reason = "";

        /** Reads what is there, then does it. */
        <T> T run(BiFunction<PolicyOperations, Instant, T> operation) {
            Instant now = Instant.now();
            EventCodec codec = connection.policyCodec();
            try (Consumer<byte[], byte[]> consumer = connection.clients().consumer(null, "earliest");
                    Producer<String, byte[]> producer = connection.clients().producer()) {
                PolicyLog log = PolicyLog.read(consumer, codec, connection.topics());
                PolicyWriter writer = new PolicyWriter(producer, codec, connection.topics());
                return operation.apply(
                        new PolicyOperations(log, writer, new PolicyOperations.Author(by, reason), now), now);
            }
        }

        /**
         * A time as people say it.
         *
         * @return null = now
         */
        @Nullable
        Instant time(String option, String text, Instant now) {
            if (text.equals("now")) {
                return null;
            }
            try {
                return text.startsWith("P") ? now.minus(Duration.parse(text)) : Instant.parse(text);
            } catch (DateTimeException e) {
                throw new ParameterException(
                        command().commandLine(),
                        option + " must be now, how long ago (PT2H, P1D), or a time (2026-11-23T18:00:00Z), but is '"
                                + text + "'",
                        e);
            }
        }

        PrintWriter out() {
            return command().commandLine().getOut();
        }

        CommandSpec command() {
            return Objects.requireNonNull(spec, "set by picocli");
        }
    }

    /** Reads everything and tells. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Shows what is known of each scope: models, evidence and quality, changes, pins and"
                    + " rollbacks, checkpoints, experiments.",
            footer = {"", "Example:", "  penstock policy show tenant/acme --json"})
    static final class Show implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Parameters(arity = "0..1", paramLabel = "SCOPE", description = "Only this one, e.g. tenant/acme.")
        private @Nullable String scope;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Mixin
        private Connection connection = new Connection();

        @Override
        public Integer call() {
            PrintWriter out =
                    Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
            PolicyReport report = report(connection, scope);
            out.print(json ? report.json() : report.text());
            out.flush();
            return 0;
        }

        /** @param scope the only one to report, or null for all */
        static PolicyReport report(Connection connection, @Nullable String scope) {
            try (Consumer<byte[], byte[]> consumer = connection.clients().consumer(null, "earliest")) {
                return PolicyReport.of(PolicyLog.read(consumer, connection.reader(), connection.topics()), scope);
            }
        }
    }

    /** Freezes what routers read. */
    @Command(
            name = "pin",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Routers decide by what the scope knew as of a time. It goes on learning, and 'release' makes"
                    + " routers use that again.",
            footer = {"", "Example:", "  penstock policy pin tenant/acme --as-of PT2H --reason 'the feed is broken'"})
    static final class Pin implements Callable<Integer> {
        @Parameters(paramLabel = "SCOPE", description = "E.g. tenant/acme.")
        private String scope = "";

        @Option(
                names = "--as-of",
                defaultValue = "now",
                paramLabel = "T",
                description = "now, how long ago (PT2H), or a time (default: ${DEFAULT-VALUE}).")
        private String asOf = "";

        @Mixin
        private Change change = new Change();

        @Override
        public Integer call() {
            ScopeControl control =
                    change.run((policies, now) -> policies.pin(scope, change.time("--as-of", asOf, now)));
            change.out()
                    .println("Policy " + scope + " is pinned to what it knew at " + control.getAsOf() + " ("
                            + control.getBaseRecords() + " snapshots, base " + control.getPinned()
                            + "): penstock policy release " + scope);
            return 0;
        }
    }

    /** Forgets what came after a time. */
    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "What the scope learned after a time no longer counts; it learns on from there. Its policy"
                    + " too is that of then.",
            footer = {"", "Example:", "  penstock policy rollback tenant/acme --as-of 2026-11-23T18:00:00Z"})
    static final class RollBack implements Callable<Integer> {
        @Parameters(paramLabel = "SCOPE", description = "E.g. tenant/acme.")
        private String scope = "";

        @Option(
                names = "--as-of",
                required = true,
                paramLabel = "T",
                description = "How long ago (PT2H), or a time. The newest checkpoint by then is used.")
        private String asOf = "";

        @Mixin
        private Change change = new Change();

        @Override
        public Integer call() {
            ScopeControl control = change.run((policies, now) -> {
                Instant then = change.time("--as-of", asOf, now);
                return policies.rollBack(scope, then == null ? now : then);
            });
            change.out()
                    .println("Policy " + scope + " is rolled back to what it knew at " + control.getAsOf() + " ("
                            + control.getBaseRecords() + " snapshots) and learns on as generation "
                            + control.getGeneration());
            return 0;
        }
    }

    /** Undoes a pin. */
    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Undoes a pin: routers read all that the scope has learned.",
            footer = {"", "Example:", "  penstock policy release tenant/acme"})
    static final class Release implements Callable<Integer> {
        @Parameters(paramLabel = "SCOPE", description = "E.g. tenant/acme.")
        private String scope = "";

        @Mixin
        private Change change = new Change();

        @Override
        public Integer call() {
            change.run((policies, now) -> policies.release(scope));
            change.out().println("Policy " + scope + " is released");
            return 0;
        }
    }

    /** Makes a variant the policy. */
    @Command(
            name = "promote",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Makes the variant of an experiment the policy of its scope, if the evidence allows it.",
            footer = {"", "Example:", "  penstock policy promote linucb-trial"})
    static final class Promote implements Callable<Integer> {
        @Parameters(paramLabel = "EXPERIMENT", description = "Its name.")
        private String name = "";

        @Option(names = "--force", description = "Whatever the evidence says; the history notes it.")
        private boolean force;

        @Mixin
        private Change change = new Change();

        @Override
        public Integer call() {
            ScopeControl control = change.run((policies, now) -> policies.promote(name, force));
            change.out()
                    .println("Policy " + control.getScope() + " is now " + control.getPolicy()
                            + (control.getPolicyOptions().isEmpty() ? "" : " " + control.getPolicyOptions())
                            + "; experiment " + name + " is over");
            return 0;
        }
    }
}
