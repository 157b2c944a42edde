package io.penstock.benchmark;

import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.connector.Backend;
import io.penstock.connector.BackendAnswer;
import io.penstock.connector.Usage;
import io.penstock.event.Budget;
import io.penstock.event.CatalogEntry;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Decision;
import io.penstock.event.Dispatch;
import io.penstock.event.ModelCard;
import io.penstock.event.Response;
import io.penstock.schema.Money;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A budget with a target on a live node: what was spent in each period against the target. No verdict comes in time, as with
 * feedback an hour late, and calls take {@value #CALL_MILLIS} ms and cost anything from half to one and a half of the price.
 */
final class PacingRun {
    private static final String PERIOD = "PT1M";
    private static final long PERIOD_MILLIS = 60_000;
    private static final int PERIODS = 5;
    private static final int PER_SECOND = 100;
    private static final int CALL_MILLIS = 200;
    private static final double SHARE = 0.5;

    private final BenchReport report;
    private final PrintStream progress;

    PacingRun(BenchReport report, PrintStream progress) {
        this.report = report;
        this.progress = progress;
    }

    void measure() {
        try (Node node = Node.start(NodeOptions.temporary().withBackend("recorded", new SilentBackend()), step -> {})) {
            SteadyLoad.prepare(node);
            SteadyLoad load = new SteadyLoad(node);
            load.offer(PER_SECOND, Duration.ofSeconds(30));
            load.offer(PER_SECOND, Duration.ofMillis(toNextPeriod()));
            load.offer(PER_SECOND, Duration.ofSeconds(20));
            long free = spentAMinute(load, node);
            long target = Math.round(SHARE * free);
            node.applyCatalog(List.of(budget(target)));
            // What is left of this period has the new target to itself, so it is not counted, nor the next: its prices
            // are the first.
            load.offer(PER_SECOND, Duration.ofMillis(toNextPeriod() + PERIOD_MILLIS * (PERIODS + 1) + 1_000));
            tell(load, node, target, free);
        }
    }

    private static long toNextPeriod() {
        return PERIOD_MILLIS - System.currentTimeMillis() % PERIOD_MILLIS;
    }

    private static CatalogEntry budget(long target) {
        Budget budget = Budget.newBuilder()
                .setOwner(Node.DEFAULT_TENANT)
                .setPeriod(PERIOD)
                .setCapNanos(target * 10)
                .setTargetNanos(target)
                .build();
        return CatalogEntry.newBuilder()
                .setKind("budget")
                .setId(Node.DEFAULT_TENANT)
                .setBody(budget)
                .build();
    }

    private static long spentAMinute(SteadyLoad load, Node node) {
        long until = System.currentTimeMillis() - 2_000;
        long from = until - 15_000;
        long spent = load.events(node.topics().responses(Node.DEFAULT_TENANT), Response.class).stream()
                .filter(response -> response.getFinishedAt().toEpochMilli() >= from
                        && response.getFinishedAt().toEpochMilli() < until)
                .mapToLong(Response::getSettledCostNanos)
                .sum();
        return spent * 4;
    }

    private void tell(SteadyLoad load, Node node, long target, long free) {
        Map<String, String> periods = new HashMap<>();
        for (Decision decision : load.events(node.topics().decisions(), Decision.class)) {
            if (decision.getBudget() != null) {
                periods.put(decision.getRequestId(), decision.getBudget().getPeriod());
            }
        }
        Map<String, Long> spent = new TreeMap<>();
        for (Response response : load.events(node.topics().responses(Node.DEFAULT_TENANT), Response.class)) {
            String period = periods.get(response.getRequestId());
            if (period != null) {
                spent.merge(period, response.getSettledCostNanos(), Long::sum);
            }
        }
        List<String> whole = new ArrayList<>(spent.keySet());
        // The first is not whole, the second started without a price, and the last has just begun.
        whole = whole.subList(2, whole.size() - 1);
        report.tell("spent without a target", Money.usd(free), "USD/min");
        report.tell("target", Money.usd(target), "USD/min");
        double total = 0;
        double worst = 0;
        for (String period : whole) {
            double error = 100.0 * (spent.getOrDefault(period, 0L) - target) / target;
            progress.printf("  %s: %+.2f %% of the target%n", period, error);
            total += error;
            worst = Math.max(worst, Math.abs(error));
        }
        report.tell("periods measured", whole.size(), "periods");
        report.atMost("budget error over these periods", Math.abs(total) / whole.size(), 0.5, "%");
        report.tell("budget error of the worst period", worst, "%");
    }

    /** Answers late, without a verdict. */
    private static final class SilentBackend implements Backend {
        private final Executor later = CompletableFuture.delayedExecutor(CALL_MILLIS, TimeUnit.MILLISECONDS);

        @Override
        public CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card) {
            // Half to one and a half of what the models' usual 200 tokens are, the same for a request whoever answers.
            int tokens = 100 + Math.floorMod(dispatch.getRequestId().hashCode() * 0x9E3779B9, 201);
            long cost = Money.costNanos(
                    100, tokens, card.getInputNanosPerMillionTokens(), card.getOutputNanosPerMillionTokens());
            return CompletableFuture.supplyAsync(() -> answer(tokens, cost), later);
        }

        private static BackendAnswer answer(int tokens, long cost) {
            return new BackendAnswer(
                    CompletionStatus.SUCCESS,
                    "an answer of a few words",
                    "stop",
                    new Usage(100, tokens, cost, CALL_MILLIS, null, 0),
                    Map.of(),
                    null,
                    false,
                    "silent",
                    null);
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
