package io.penstock.topology.join;

import static io.penstock.topology.join.Events.dispatch;
import static io.penstock.topology.join.Events.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.event.RouteEvent;
import io.penstock.event.RouteEventKind;
import io.penstock.topology.progress.TimerGate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A stop of the router must not look like silence of the models: timers wait for what still lies in the topics. */
final class PauseTest {

    /** Closed until it is told that the task has caught up. */
    private static final class HandGate implements TimerGate {
        private final List<String> processed = new ArrayList<>();
        private boolean open;

        @Override
        public boolean passed(String topic, int partition, long dueMillis) {
            return open;
        }

        @Override
        public void processed(String topic, int partition, long offset) {
            processed.add(topic + "-" + partition + "@" + offset);
        }
    }

    @Test
    void shouldNotRetryIfTheAnswerArrivedDuringThePause() {
        // Given
        HandGate gate = new HandGate();
        try (JoinDriver join = new JoinDriver(gate)) {
            join.decide(dispatch(1));
            join.pass(Duration.ofHours(1));
            assertThat(join.responses()).isEmpty();
            assertThat(join.routeEvents()).isEmpty();
            // When
            join.complete(success(1));
            gate.open = true;
            join.pass(Duration.ofSeconds(1));
            // Then
            assertThat(join.responses()).extracting(Response::getKind).containsExactly(ResponseKind.ANSWERED);
            assertThat(join.routeEvents()).extracting(RouteEvent::getKind).containsExactly(RouteEventKind.SETTLE);
            assertThat(join.cancellations()).isEmpty();
        }
    }

    @Test
    void shouldRetryOnceTheTaskHasCaughtUpWithoutAnAnswer() {
        // Given
        HandGate gate = new HandGate();
        try (JoinDriver join = new JoinDriver(gate)) {
            join.decide(dispatch(1));
            join.pass(Duration.ofSeconds(60));
            assertThat(join.routeEvents()).isEmpty();
            // When
            gate.open = true;
            join.pass(Duration.ofMillis(200));
            // Then
            assertThat(join.routeEvents())
                    .extracting(RouteEvent::getKind, RouteEvent::getReason)
                    .containsExactly(tuple(RouteEventKind.REROUTE, "timeout"));
        }
    }

    @Test
    void shouldNotOrphanWhatIsParkedWhileDecisionsAreBehind() {
        // Given
        HandGate gate = new HandGate();
        try (JoinDriver join = new JoinDriver(gate)) {
            join.complete(success(1));
            join.pass(Duration.ofHours(1));
            assertThat(join.deadLetters()).isEmpty();
            // When
            join.decide(dispatch(1));
            // Then
            assertThat(join.responses()).extracting(Response::getKind).containsExactly(ResponseKind.ANSWERED);
        }
    }

    @Test
    void shouldReportEveryRecordItProcessedGoodOrBad() {
        // Given
        HandGate gate = new HandGate();
        try (JoinDriver join = new JoinDriver(gate)) {
            // When
            join.decide(dispatch(1));
            join.sendRaw(join.topics.completions(), "acme/r1", new byte[] {1});
            join.complete(success(1));
            // Then
            assertThat(gate.processed)
                    .containsExactly("penstock.decisions-0@0", "penstock.completions-0@0", "penstock.completions-0@1");
        }
    }
}
