package io.penstock.topology.join;

import static io.penstock.topology.join.Events.dispatch;
import static io.penstock.topology.join.Events.feedback;
import static io.penstock.topology.join.Events.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Feedback;
import io.penstock.event.Lane;
import io.penstock.event.Outcome;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.event.RouteEvent;
import io.penstock.event.RouteEventKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is void, too early for ever, or unreadable: each is a dead letter with a reason, and the next record works. */
final class RefusalTest {
    private final JoinDriver join = new JoinDriver((topic, partition, due) -> true);

    @AfterEach
    void close() {
        join.close();
    }

    @Test
    void shouldVoidTheSameIdUnderAnotherSession() {
        // Given
        join.decide(dispatch(1));
        // When
        join.decide(dispatch(1, "other", "s2"));
        join.complete(success(1));
        // Then
        assertThat(join.deadLetters()).singleElement().satisfies(dead -> {
            assertThat(JoinDriver.reason(dead)).isEqualTo("duplicate_identity");
            assertThat(join.codec.decode(Decision.class, dead.value()).getDecisionId())
                    .isEqualTo("other");
        });
        assertThat(join.cancellations())
                .extracting(cancel -> cancel.getDecisionId())
                .containsExactly("other");
        List<TestRecord<String, byte[]>> events = join.records(join.topics.routeEvents(Lane.ONLINE));
        assertThat(events).extracting(TestRecord::key).containsExactly("s2", "s1");
        assertThat(join.responses())
                .extracting(Response::getKind, Response::getSessionId)
                .containsExactly(tuple(ResponseKind.ANSWERED, "s1"));
    }

    @Test
    void shouldOnlySettleTheCompletionOfAVoidedDecision() {
        // Given
        Completion other = success(1);
        other.setDecisionId("other");
        join.complete(other);
        join.decide(dispatch(1));
        // When
        join.decide(dispatch(1, "other", "s2"));
        // Then
        assertThat(join.responses()).isEmpty();
        assertThat(join.outcomes()).isEmpty();
        assertThat(join.routeEvents())
                .extracting(RouteEvent::getKind, RouteEvent::getSessionId, RouteEvent::getSettledCostNanos)
                .containsExactly(tuple(RouteEventKind.CLOSE, "s2", 0L), tuple(RouteEventKind.SETTLE, "s2", 100L));
    }

    @Test
    void shouldVoidTheSameIdInTheOtherLaneAfterTheAnswer() {
        // Given
        join.decide(dispatch(1));
        join.complete(success(1));
        Decision batch = dispatch(1, "other", "s1");
        batch.setLane(Lane.BATCH);
        // When
        join.decide(batch);
        // Then
        assertThat(join.responses()).hasSize(1);
        assertThat(join.records(join.topics.routeEvents(Lane.BATCH))).hasSize(1);
        assertThat(join.deadLetters()).extracting(JoinDriver::reason).containsExactly("duplicate_identity");
    }

    @Test
    void shouldDeadLetterOrphansAfterParking() {
        // Given
        join.complete(success(1));
        join.judge(feedback("f1", 1));
        join.cancel();
        assertThat(join.rows(JoinNames.LIVES)).isEqualTo(1);
        // When
        join.pass(Duration.ofMinutes(6));
        // Then
        List<TestRecord<String, byte[]>> dead = join.deadLetters();
        assertThat(dead).extracting(JoinDriver::reason).containsExactly("orphan", "orphan", "orphan");
        assertThat(dead).extracting(TestRecord::key).containsOnly("acme/r1");
        assertThat(join.codec.decode(Completion.class, dead.get(0).value())).isEqualTo(success(1));
        assertThat(join.rows(JoinNames.LIVES)).isZero();
        assertThat(join.rows(JoinNames.TIMERS)).isZero();
        assertThat(join.counted).contains("join.orphan");
    }

    @Test
    void shouldBoundWhatWaits() {
        // Given
        for (int i = 0; i < 16; i++) {
            join.judge(feedback("f" + i, 1));
        }
        // When
        join.judge(feedback("f16", 1));
        // Then
        assertThat(join.deadLetters()).extracting(JoinDriver::reason).containsExactly("waiting_full");
    }

    static Stream<Consumer<Feedback>> badFeedback() {
        return Stream.of(
                feedback -> feedback.setValue(1.0001),
                feedback -> feedback.setValue(-0.1),
                feedback -> feedback.setValue(Double.NaN),
                feedback -> feedback.setValue(Double.POSITIVE_INFINITY),
                feedback -> feedback.setSamplingProbability(0),
                feedback -> feedback.setSamplingProbability(1.5),
                feedback -> feedback.setSamplingProbability(Double.NaN),
                feedback -> feedback.setFeedbackId(""),
                feedback -> feedback.setFeedbackId("x".repeat(257)),
                feedback -> feedback.setFeedbackId("a\nb"));
    }

    @ParameterizedTest
    @MethodSource("badFeedback")
    void shouldRefuseFeedbackOutOfRange(Consumer<Feedback> change) {
        // Given
        join.decide(dispatch(1));
        join.complete(success(1));
        join.outcomes();
        Feedback bad = feedback("f1", 0.5);
        change.accept(bad);
        // When
        join.judge(bad);
        join.judge(feedback("f2", 0.5));
        // Then
        assertThat(join.deadLetters()).extracting(JoinDriver::reason).containsExactly("feedback_out_of_range");
        assertThat(join.outcomes()).extracting(Outcome::getFeedbackId).containsExactly("f2");
    }

    static Stream<String> sources() {
        return Stream.of("penstock.decisions", "penstock.completions", "penstock.signals-by-identity");
    }

    @ParameterizedTest
    @MethodSource("sources")
    void shouldDeadLetterUnreadableRecordsAndGoOn(String topic) {
        // Given
        byte[] truncated = Arrays.copyOf(join.codec.encode(dispatch(1)), 40);
        // When
        join.sendRaw(topic, "acme/r1", null);
        join.sendRaw(topic, "acme/r1", new byte[0]);
        join.sendRaw(topic, "acme/r1", new byte[] {0});
        join.sendRaw(topic, "acme/r1", "{\"json\": true}".getBytes(StandardCharsets.UTF_8));
        join.sendRaw(topic, "acme/r1", truncated);
        join.sendRaw(topic, "no-identity", join.codec.encode(dispatch(1)));
        join.sendBytes(topic, null, join.codec.encode(dispatch(1)));
        join.sendBytes(topic, new byte[] {(byte) 0xC3, 0x28}, join.codec.encode(dispatch(1)));
        join.decide(dispatch(1));
        join.complete(success(1));
        // Then
        assertThat(join.deadLetters())
                .hasSize(8)
                .allSatisfy(dead -> assertThat(JoinDriver.reason(dead)).isEqualTo("malformed"));
        assertThat(join.responses()).extracting(Response::getKind).containsExactly(ResponseKind.ANSWERED);
    }

    @Test
    void shouldRefuseAValueAboutAnotherIdentity() {
        // Given
        byte[] value = join.codec.encode(success(1));
        // When
        join.sendRaw(join.topics.completions(), "other/r1", value);
        // Then
        assertThat(join.deadLetters()).singleElement().satisfies(dead -> {
            assertThat(JoinDriver.reason(dead)).isEqualTo("malformed");
            assertThat(dead.value()).isEqualTo(value);
        });
    }
}
