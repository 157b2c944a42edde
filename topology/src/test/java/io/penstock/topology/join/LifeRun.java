package io.penstock.topology.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.event.RouteEvent;
import io.penstock.event.RouteEventKind;
import io.penstock.schema.EventCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.Stores;

/** Takes one life through events and checks after each that no promise is broken; every life also goes through its codec. */
final class LifeRun {
    static final JoinSettings SETTINGS = JoinSettings.defaults();
    private static final LifeMachine MACHINE = new LifeMachine(
            SETTINGS,
            new VerdictWeights(
                    SETTINGS,
                    Stores.keyValueStoreBuilder(
                                    Stores.inMemoryKeyValueStore("weights"), Serdes.String(), Serdes.ByteArray())
                            .build()));
    private static final LifeCodec CODEC = new LifeCodec(EventCodec.local());
    private static final int MAX_TIMERS = 50;

    private final List<Event> events = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private Life life = Life.unknown();
    private long now = Events.START;

    LifeRun apply(Event event) {
        return applyAt(event, now + 1);
    }

    LifeRun applyAt(Event event, long time) {
        now = Math.max(now, time);
        events.add(event);
        Transition transition = MACHINE.apply(life, event, now);
        effects.addAll(transition.effects());
        life = stored(transition.life());
        check();
        return this;
    }

    /** Lets all the time pass that anything waits for. */
    LifeRun finish() {
        int fired = 0;
        for (Timer timer = life.timer(); timer != null; timer = life.timer()) {
            applyAt(new Event.TimerFired(timer.kind()), timer.due());
            assertThat(fired++).as("timers of %s", events).isLessThan(MAX_TIMERS);
        }
        return this;
    }

    private static Life stored(Life life) {
        Life open = CODEC.decode(Events.IDENTITY, CODEC.encode(Events.IDENTITY, life));
        if (life.state() instanceof Closed closed) {
            byte[] bytes = ClosedCodec.encode(closed);
            assertThat(bytes).hasSizeLessThanOrEqualTo(512);
            open = new Life(ClosedCodec.decode(Events.IDENTITY, bytes), open.waiting());
        }
        assertThat(open).isEqualTo(life);
        return open;
    }

    private void check() {
        assertThat(responses().size()).as("responses after %s", events).isLessThanOrEqualTo(1);
        Map<String, Double> judged = new HashMap<>();
        for (Outcome outcome : outcomes()) {
            if (outcome.getKind() == OutcomeKind.JUDGED) {
                assertThat(judged.put(outcome.getFeedbackId(), outcome.getQuality()))
                        .as("second verdict under one feedback id after %s", events)
                        .isNull();
            } else if (outcome.getKind() == OutcomeKind.CORRECTED) {
                double before = judged.put(outcome.getFeedbackId(), outcome.getQuality());
                assertThat(outcome.getReplacedQuality()).isCloseTo(before, within(1e-7));
            }
        }
        assertThat(judged.isEmpty() || response().getKind() == ResponseKind.ANSWERED)
                .as("verdict without an answer after %s", events)
                .isTrue();
        checkRouteEvents();
    }

    private void checkRouteEvents() {
        Set<String> ended = new HashSet<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.RouteTo route) {
                assertThat(route.event().getSettledCostNanos()).isNotNegative();
                if (route.event().getKind() == RouteEventKind.REROUTE) {
                    assertThat(ended).as("reroute after the end: %s", events).doesNotContain(route.routingKey());
                } else {
                    ended.add(route.routingKey());
                }
            }
        }
    }

    Life life() {
        return life;
    }

    long now() {
        return now;
    }

    List<Event> events() {
        return events;
    }

    List<Effect> effects() {
        return effects;
    }

    List<Response> responses() {
        return effects.stream()
                .filter(Effect.Respond.class::isInstance)
                .map(effect -> ((Effect.Respond) effect).response())
                .toList();
    }

    Response response() {
        assertThat(responses()).as("responses after %s", events).hasSize(1);
        return responses().get(0);
    }

    List<Outcome> outcomes() {
        return effects.stream()
                .filter(Effect.Learn.class::isInstance)
                .map(effect -> ((Effect.Learn) effect).outcome())
                .toList();
    }

    List<RouteEvent> routeEvents() {
        return effects.stream()
                .filter(Effect.RouteTo.class::isInstance)
                .map(effect -> ((Effect.RouteTo) effect).event())
                .toList();
    }

    List<String> cancelled() {
        return effects.stream()
                .filter(Effect.CancelCalls.class::isInstance)
                .map(effect -> ((Effect.CancelCalls) effect).cancellation().getDecisionId())
                .toList();
    }

    List<String> deadLetters() {
        return effects.stream()
                .filter(Effect.DeadLetterOut.class::isInstance)
                .map(effect -> ((Effect.DeadLetterOut) effect).reason())
                .toList();
    }

    List<String> counted() {
        return effects.stream()
                .filter(Effect.Count.class::isInstance)
                .map(effect -> ((Effect.Count) effect).counter())
                .toList();
    }
}
