package io.penstock.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.app.replay.SampleData;
import io.penstock.learner.Policies;
import io.penstock.simulation.RecordedWorld;
import io.penstock.simulation.Report;
import io.penstock.simulation.Result;
import io.penstock.simulation.Scenario;
import io.penstock.simulation.Simulator;
import io.penstock.simulation.SyntheticWorld;
import io.penstock.simulation.World;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock simulate}: policies in scenarios where something goes wrong, under a virtual clock. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the router and the learner, as they are, in a made-up world under a virtual clock, hours in a second: a"
                    + " line for each scenario and policy. Nothing is called and no broker is started.",
            "Reward = quality - w_c * cost / C_ref - w_l * latency / 5 s. regret: what always asking the model that is best"
                    + " for the prompt has more. fixed: the best single model. best: percentage of requests that the best"
                    + " model answered. broken: how often something that is promised was not kept. recovery: requests until"
                    + " the regret was as before the change.",
            "Exit code 0: done; 1: something that is promised was not kept; 2: wrong usage."
        },
        footer = {
            "",
            "Examples:",
            "  penstock simulate --scenario black-hole",
            "  penstock simulate --policy thompson --policy linucb --seed 2 --requests 1000"
        })
final class SimulateCommand implements Callable<Integer> {
    private static final String SYNTHETIC = "synthetic";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--policy", paramLabel = "NAME", description = "Policy to run; repeatable (default: all).")
    private List<String> policies = List.of();

    @Option(names = "--scenario", paramLabel = "NAME", description = "Scenario to run; repeatable (default: all).")
    private List<String> scenarios = List.of();

    @Option(
            names = "--world",
            defaultValue = SYNTHETIC,
            paramLabel = "NAME",
            description = "synthetic, or demo: the bundled answers of real models (default: ${DEFAULT-VALUE}).")
    private String world = SYNTHETIC;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description = "Of the world and of what is drawn (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--requests",
            defaultValue = "300",
            paramLabel = "N",
            description = "How many there are, one in half a minute (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--output",
            defaultValue = "table",
            paramLabel = "FORM",
            description = "What is printed: table or json (default: ${DEFAULT-VALUE}).")
    private ReplayOutput output = ReplayOutput.table;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
        PrintWriter out = command.commandLine().getOut();
        List<Scenario> chosen;
        World used;
        try {
            chosen = (scenarios.isEmpty() ? Scenario.ids() : scenarios)
                    .stream().map(Scenario::byId).toList();
            used = world();
            policies.forEach(SimulateCommand::require);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
        List<Result> results;
        try (Simulator simulator = new Simulator()) {
            results = simulator.runAll(used, chosen, policies.isEmpty() ? Policies.names() : policies, seed);
        }
        out.print(output == ReplayOutput.json ? json(results) : table(results));
        out.flush();
        return results.stream().allMatch(result -> result.violations().isEmpty()) ? 0 : 1;
    }

    private World world() {
        return switch (world) {
            case SYNTHETIC -> new SyntheticWorld(seed, requests);
            case SampleData.POOL -> new RecordedWorld(SampleData.load(), seed, requests);
            default ->
                throw new IllegalArgumentException(
                        "unknown world '" + world + "'; the worlds are " + SYNTHETIC + ", " + SampleData.POOL);
        };
    }

    private static void require(String policy) {
        if (!Policies.names().contains(policy)) {
            throw new IllegalArgumentException(
                    "unknown policy '" + policy + "'; the policies are " + String.join(", ", Policies.names()));
        }
    }

    private static String table(List<Result> results) {
        StringBuilder text = new StringBuilder(Report.header()).append('\n');
        for (Result result : results) {
            text.append(Report.line(result)).append('\n');
            result.violations()
                    .forEach(violation ->
                            text.append("  broken: ").append(violation).append('\n'));
        }
        return text.toString();
    }

    private static String json(List<Result> results) {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ArrayNode rows = mapper.createArrayNode();
        for (Result result : results) {
            ObjectNode row = rows.addObject();
            row.put("world", result.setup().world());
            row.put("scenario", result.setup().scenario().id());
            row.put("policy", result.setup().policy());
            row.put("requests", result.requests().size());
            row.put("reward", result.reward());
            row.put("regret", result.regret());
            row.put("best_fixed", result.bestFixed());
            row.put("best_share", result.bestShare());
            row.put("answered", result.ends().answered());
            row.put("failed", result.ends().failed());
            row.put("expired", result.ends().expired());
            row.put("cost_usd", result.ends().costUsd());
            row.put("alarms", result.alarms());
            if (result.recovery() >= 0) {
                row.put("recovery", result.recovery());
            }
            ArrayNode broken = row.putArray("broken");
            result.violations().forEach(broken::add);
        }
        try {
            return mapper.writeValueAsString(rows) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException("results cannot be written as JSON: " + e.getMessage(), e);
        }
    }
}
