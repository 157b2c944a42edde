package io.penstock.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class BooksTest {
    private static final String MODEL = "delta";

    private final Topics topics = new Topics(Topics.DEFAULT_PREFIX);
    private final EventCodec codec = EventCodec.local();
    private final DisturbedWorld world = new DisturbedWorld(new SyntheticWorld(1, 2), Scenario.CALM, 1);
    private final Books books = new Books(world, topics, codec);

    @Test
    void shouldFindNothingWrongWhenEachRequestEndsOnce() {
        // Given
        write(topics.decisions(), decision(0, 1, 0.5));
        write(topics.decisions(), decision(1, 1, 1));

        // When
        end(0);
        end(1);

        // Then
        assertThat(close().violations()).isEmpty();
    }

    @Test
    void shouldMissRequestThatNeverEnds() {
        // When
        end(0);

        // Then
        assertThat(close().violations()).containsExactly("r1 has no terminal event");
    }

    @Test
    void shouldNoticeSecondEnd() {
        // Given
        end(0);
        end(1);

        // When
        write(topics.responses("default"), response(0));

        // Then
        assertThat(close().violations()).containsExactly("r0 ended twice");
    }

    @Test
    void shouldNoticeSecondDecisionAndImpossiblePropensity() {
        // Given
        end(0);
        end(1);
        write(topics.decisions(), decision(0, 1, 0.5));

        // When
        write(topics.decisions(), decision(0, 1, 0.5));
        write(topics.decisions(), decision(1, 1, 0));

        // Then
        assertThat(close().violations()).containsExactly("r0/1 was decided twice", "r1/1 has propensity 0.0");
    }

    @Test
    void shouldNoticeVerdictThatWasNotLearned() {
        // Given
        end(0);
        end(1);

        // When
        write(
                topics.outcomes(),
                Outcome.newBuilder()
                        .setRequestId("r0")
                        .setModel(MODEL)
                        .setKind(OutcomeKind.JUDGED)
                        .setFeedbackId("f")
                        .setQuality(1.0)
                        .build());

        // Then
        assertThat(close().violations()).contains("1 verdicts were to be learned, 0 were");
    }

    private Result close() {
        return books.close("random", new Counts());
    }

    private void end(int request) {
        books.sent(request);
        write(topics.responses("default"), response(request));
    }

    private static Response response(int request) {
        return Response.newBuilder()
                .setRequestId(Books.id(request))
                .setKind(ResponseKind.ANSWERED)
                .setModel(MODEL)
                .build();
    }

    private static Decision decision(int request, int attempt, double propensity) {
        return Decision.newBuilder()
                .setRequestId(Books.id(request))
                .setKind(DecisionKind.DISPATCH)
                .setAttempt(attempt)
                .setPropensity(propensity)
                .build();
    }

    private void write(String topic, SpecificRecord event) {
        books.take(topic, new TestRecord<>("key", codec.encode(event), DisturbedWorld.START), world.arrival(1));
    }
}
