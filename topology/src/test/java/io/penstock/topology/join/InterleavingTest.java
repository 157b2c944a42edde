package io.penstock.topology.join;

import static io.penstock.topology.join.Events.accepted;
import static io.penstock.topology.join.Events.cancel;
import static io.penstock.topology.join.Events.dispatch;
import static io.penstock.topology.join.Events.failure;
import static io.penstock.topology.join.Events.feedback;
import static io.penstock.topology.join.Events.reject;
import static io.penstock.topology.join.Events.seen;
import static io.penstock.topology.join.Events.success;
import static io.penstock.topology.join.Events.timer;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.ErrorClass;
import io.penstock.event.Response;
import io.penstock.event.RouteEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every order of the events of a request ends in exactly one terminal response. {@link LifeRun} checks the promises after
 * each step; here is what must hold at the end.
 */
final class InterleavingTest {
    private static final Map<String, List<Event>> SCENARIOS = Map.of(
            "answered",
            List.of(
                    seen(dispatch(1)),
                    seen(success(1)),
                    seen(feedback("f1", 0.5)),
                    seen(feedback("f1", 0.5)),
                    timer(TimerKind.ATTEMPT),
                    timer(TimerKind.EXPIRY),
                    cancel()),
            "retried",
            List.of(
                    seen(dispatch(1)),
                    seen(failure(1, ErrorClass.SERVER_ERROR, true)),
                    seen(dispatch(2)),
                    seen(success(2)),
                    seen(feedback("f1", 0.5)),
                    timer(TimerKind.ATTEMPT),
                    cancel()),
            "in doubt",
            List.of(
                    seen(dispatch(1)),
                    timer(TimerKind.ATTEMPT),
                    seen(dispatch(2)),
                    seen(success(1)),
                    seen(success(2)),
                    seen(feedback("f1", 0.2)),
                    seen(feedback("f1", 0.9))),
            "void",
            List.of(
                    seen(dispatch(1)),
                    seen(dispatch(2, "other", "s2")),
                    seen(success(1)),
                    seen(otherSuccess()),
                    seen(feedback("f1", 0.5)),
                    cancel(),
                    timer(TimerKind.EXPIRY)),
            "rejected after a failure",
            List.of(
                    seen(dispatch(1)),
                    seen(failure(1, ErrorClass.SERVER_ERROR, true)),
                    seen(failure(1, ErrorClass.SERVER_ERROR, true)),
                    seen(reject(2)),
                    seen(feedback("f1", 0.5)),
                    timer(TimerKind.ATTEMPT),
                    timer(TimerKind.REROUTE)),
            "held",
            List.of(
                    seen(accepted()),
                    seen(dispatch(1)),
                    seen(success(1)),
                    seen(feedback("f1", 0.5)),
                    seen(feedback("f2", 1)),
                    timer(TimerKind.EXPIRY),
                    cancel()));

    static Stream<String> scenarios() {
        return SCENARIOS.keySet().stream().sorted();
    }

    private static Completion otherSuccess() {
        Completion completion = success(1);
        completion.setDecisionId("other");
        completion.setCostNanos(7);
        return completion;
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void shouldEndExactlyOnceInEveryOrder(String scenario) {
        // Given
        List<Event> events = SCENARIOS.get(scenario);
        AtomicInteger orders = new AtomicInteger();
        // When
        permute(new ArrayList<>(events), 0, order -> {
            LifeRun run = new LifeRun();
            order.forEach(run::apply);
            run.finish();
            checkEnd(run);
            orders.incrementAndGet();
        });
        // Then
        assertThat(orders).hasValue(5040);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldEndExactlyOnceForRandomEvents(int block) {
        for (int seed = block * 1000; seed < block * 1000 + 250; seed++) {
            // Given
            Random random = new Random(seed);
            List<Event> pool = new ArrayList<>();
            SCENARIOS.values().forEach(pool::addAll);
            for (TimerKind kind : TimerKind.values()) {
                pool.add(timer(kind));
            }
            LifeRun run = new LifeRun();
            int length = 1 + random.nextInt(25);
            // When
            for (int i = 0; i < length; i++) {
                Event event = pool.get(random.nextInt(pool.size()));
                run.applyAt(event, run.now() + random.nextInt(20_000));
            }
            run.finish();
            // Then
            assertThat(run.responses())
                    .as("seed %s, events %s", seed, run.events())
                    .hasSize(decided(run) ? 1 : 0);
            assertThat(run.life().waiting()).as("seed %s", seed).isEmpty();
        }
    }

    private static boolean decided(LifeRun run) {
        return run.events().stream().anyMatch(Event.DecisionSeen.class::isInstance);
    }

    private static void checkEnd(LifeRun run) {
        Response response = run.response();
        assertThat(run.life().state()).as("end of %s", run.events()).isInstanceOf(Closed.class);
        assertThat(run.life().waiting()).as("left over after %s", run.events()).isEmpty();
        checkCosts(run);
        checkFirstDecisionWins(run, response);
    }

    /** Route hears of the cost of every attempt exactly once, whoever answered. */
    private static void checkCosts(LifeRun run) {
        long told = run.routeEvents().stream()
                .mapToLong(RouteEvent::getSettledCostNanos)
                .sum();
        Set<String> counted = new HashSet<>();
        long spent = 0;
        for (Event event : run.events()) {
            if (event instanceof Event.CompletionSeen seen
                    && counted.add(seen.completion().getDecisionId())) {
                spent += seen.completion().getCostNanos();
            }
        }
        assertThat(told)
                .as("cost told after %s: %s", run.events(), run.effects())
                .isEqualTo(spent);
    }

    private static void checkFirstDecisionWins(LifeRun run, Response response) {
        Decision first = run.events().stream()
                .filter(Event.DecisionSeen.class::isInstance)
                .map(event -> ((Event.DecisionSeen) event).decision())
                .findFirst()
                .orElseThrow();
        assertThat(response.getSessionId()).as("answer of %s", run.events()).isEqualTo(first.getSessionId());
        long later = run.events().stream()
                .filter(event -> event instanceof Event.DecisionSeen seen
                        && seen.decision().getKind() == DecisionKind.DISPATCH
                        && !seen.decision().getSessionId().equals(first.getSessionId()))
                .count();
        assertThat(run.deadLetters()).as("dead letters of %s", run.events()).hasSize((int) later);
    }

    private static void permute(List<Event> order, int from, Consumer<List<Event>> action) {
        if (from == order.size()) {
            action.accept(order);
            return;
        }
        for (int i = from; i < order.size(); i++) {
            Collections.swap(order, from, i);
            permute(order, from + 1, action);
            Collections.swap(order, from, i);
        }
    }
}
