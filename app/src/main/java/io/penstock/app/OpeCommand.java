package io.penstock.app;

import io.penstock.app.offpolicy.DecisionLog;
import io.penstock.app.offpolicy.OffPolicyOutput;
import io.penstock.app.offpolicy.OffPolicyReader;
import io.penstock.app.offpolicy.OffPolicyReport;
import io.penstock.learner.Policies;
import io.penstock.learner.Policy;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock ope}: what other policies would have earned on the decisions that were made. */
@Command(
        name = "ope",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reads decisions and outcomes from the topics and estimates what other policies would have earned on them"
                    + " (off-policy evaluation). Reward: the utility with the weights of the decision, from the last verdict"
                    + " and the realised cost, latency and energy. Only first attempts that were judged count.",
            "IPS, SNIPS: importance weighted, \u00b1 a standard error. DR: doubly robust with the recorded utility, and its"
                    + " 95 % interval. adaptive: DR weighted for logs of a policy that was learning, as the router's is."
                    + " effective: decisions that the log is worth for this policy. unsupported: its probability of models"
                    + " that could not be chosen, about which the log says nothing.",
            "Exit code 0: done; 1: the estimates could not be made; 2: wrong usage."
        },
        footer = {
            "",
            "Examples:",
            "  penstock ope",
            "  penstock ope --policy softmax --policy-option temperature=0.05 --output json"
        })
final class OpeCommand implements Callable<Integer> {
    /** Needs the shares of named models, so it has no default. */
    private static final String NEEDS_OPTIONS = "static";

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description = "Policy to evaluate; repeatable (default: all but static).")
    private List<String> names = List.of();

    @Option(
            names = "--policy-option",
            paramLabel = "KEY=VALUE",
            description = "An option of the one policy, e.g. scale=0.3; repeatable.")
    private Map<String, String> policyOptions = Map.of();

    @Option(
            names = "--output",
            defaultValue = "table",
            paramLabel = "FORM",
            description = "What is printed: table or json (default: ${DEFAULT-VALUE}).")
    private ReplayOutput output = ReplayOutput.table;

    @Option(names = "--plain", description = "Print the result only, without telling what is being read.")
    private boolean plain;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        List<Policy> policies = policies(command);
        try (Consumer<byte[], byte[]> consumer = connection.clients().consumer(null, "earliest")) {
            DecisionLog log = new OffPolicyReader(consumer, connection.reader(), connection.topics())
                    .read(step -> tell(err, step));
            OffPolicyReport report = log.evaluate(policies);
            out.print(output == ReplayOutput.json ? OffPolicyOutput.json(report) : OffPolicyOutput.text(report));
            out.flush();
            return 0;
        }
    }

    private List<Policy> policies(CommandSpec command) {
        if (!policyOptions.isEmpty() && names.size() != 1) {
            throw new ParameterException(command.commandLine(), "--policy-option needs exactly one --policy");
        }
        List<String> chosen = names.isEmpty()
                ? Policies.names().stream()
                        .filter(name -> !name.equals(NEEDS_OPTIONS))
                        .toList()
                : names.stream().distinct().toList();
        try {
            return chosen.stream()
                    .map(name -> Policies.byName(name, policyOptions))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void tell(PrintWriter err, String step) {
        if (!plain) {
            err.println("reading " + step);
        }
    }
}
