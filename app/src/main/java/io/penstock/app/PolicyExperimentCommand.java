package io.penstock.app;

import io.penstock.app.policy.PolicyReport;
import io.penstock.event.Experiment;
import io.penstock.event.ExperimentMode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock policy experiment}: variants beside the policy in use. */
@Command(
        name = "experiment",
        mixinStandardHelpOptions = true,
        description = "Tries variants beside the policy in use.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PolicyExperimentCommand.SetOne.class,
            PolicyExperimentCommand.ListAll.class,
            PolicyExperimentCommand.Stop.class
        },
        footer = {"", "Example:", "  penstock policy experiment list"})
final class PolicyExperimentCommand {
    /** Writes an experiment to the catalog. */
    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Starts an experiment, or starts it anew.",
                "shadow: what the variant would do is written down, nothing else changes. canary: the variant decides a"
                        + " share; it stops by itself once it is worse for sure. guard: what the scope knew as of a time"
                        + " decides a share; if that is better for sure, the scope is rolled back to it by itself."
            },
            footer = {
                "",
                "Examples:",
                "  penstock policy experiment set cooler --scope tenant/acme --mode canary --share 0.1"
                        + " --policy softmax --policy-option temperature=0.01",
                "  penstock policy experiment set watch --scope tenant/acme --mode guard --share 0.1 --as-of PT1H"
            })
    static final class SetOne implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "[a-z0-9-]{1,40}.")
        private String name = "";

        @Option(names = "--scope", required = true, paramLabel = "SCOPE", description = "E.g. tenant/acme.")
        private String scope = "";

        @Option(names = "--mode", required = true, paramLabel = "MODE", description = "shadow, canary or guard.")
        private String mode = "";

        @Option(
                names = "--share",
                defaultValue = "0",
                paramLabel = "S",
                description = "Of requests that the variant decides, up to 0.5; 0 for a shadow (default).")
        private double share;

        @Option(
                names = "--policy",
                defaultValue = "",
                paramLabel = "NAME",
                description = "The variant, as in a profile; not for a guard.")
        private String policy = "";

        @Option(
                names = "--policy-option",
                paramLabel = "KEY=VALUE",
                description = "An option of the variant, e.g. scale=0.3; repeatable.")
        private Map<String, String> options = Map.of();

        @Option(
                names = "--as-of",
                defaultValue = "now",
                paramLabel = "T",
                description =
                        "guard: time of its base: now, how long ago (PT2H), or a time (default: ${DEFAULT-VALUE}).")
        private String asOf = "";

        @Option(
                names = "--min-outcomes",
                defaultValue = "100",
                paramLabel = "N",
                description = "Verdicts before anything is concluded (default: ${DEFAULT-VALUE}).")
        private long minOutcomes;

        @Option(
                names = "--margin",
                defaultValue = "0",
                paramLabel = "U",
                description = "Utility by which a variant may be worse and be promoted, or the policy worse than a"
                        + " guard's base (default: ${DEFAULT-VALUE}).")
        private double margin;

        @Option(
                names = "--confidence",
                defaultValue = "0.95",
                paramLabel = "C",
                description = "Of each bound, whenever one looks (default: ${DEFAULT-VALUE}).")
        private double confidence;

        @Mixin
        private PolicyCommand.Change change = new PolicyCommand.Change();

        @Override
        public Integer call() {
            Experiment.Builder settings = Experiment.newBuilder()
                    .setName(name)
                    .setScope(scope)
                    .setMode(mode())
                    .setShare(share)
                    .setPolicy(policy)
                    .setPolicyOptions(options)
                    .setMinOutcomes(minOutcomes)
                    .setMargin(margin)
                    .setConfidence(confidence);
            try {
                change.run((policies, now) -> policies.set(settings, change.time("--as-of", asOf, now)));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(change.command().commandLine(), String.valueOf(e.getMessage()), e);
            }
            change.out().println("Experiment " + name + " is set: penstock policy experiment list");
            return 0;
        }

        private ExperimentMode mode() {
            for (ExperimentMode known : ExperimentMode.values()) {
                if (known.name().toLowerCase(Locale.ROOT).equals(mode)) {
                    return known;
                }
            }
            throw new ParameterException(
                    change.command().commandLine(), "--mode must be shadow, canary or guard, but is '" + mode + "'");
        }
    }

    /** Reads catalog and evidence. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Lists experiments with their evidence: utility of the variant less that of the policy in use,"
                            + " between bounds that hold whenever one looks.",
            footer = {"", "Example:", "  penstock policy experiment list"})
    static final class ListAll implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Mixin
        private Connection connection = new Connection();

        @Override
        public Integer call() {
            PrintWriter out =
                    Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
            PolicyReport report = PolicyCommand.Show.report(connection, null);
            out.print(json ? report.experimentsJson() : report.experimentsText());
            out.flush();
            return 0;
        }
    }

    /** Removes an experiment from the catalog. */
    @Command(
            name = "stop",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Ends an experiment. What a guard has rolled back stays so.",
            footer = {"", "Example:", "  penstock policy experiment stop cooler"})
    static final class Stop implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "Of the experiment.")
        private String name = "";

        @Mixin
        private PolicyCommand.Change change = new PolicyCommand.Change();

        @Override
        public Integer call() {
            change.run((policies, now) -> {
                policies.stop(name);
                return name;
            });
            change.out().println("Experiment " + name + " is over");
            return 0;
        }
    }
}
