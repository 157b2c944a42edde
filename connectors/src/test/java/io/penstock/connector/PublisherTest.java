package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.ErrorClass;
import io.penstock.event.Feedback;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublisherTest {
    private static final long MAX_BYTES = 2_000;

    private final ManualWorker worker = new ManualWorker();
    private final EventCodec codec = EventCodec.local();
    private final Topics topics = new Topics("penstock.");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Publisher publisher = new Publisher(
            new Publisher.Target(producer, codec, topics, MAX_BYTES), "dispatcher-1", new FixedClock(), worker, worker);
    private final Attempt attempt = Samples.attempt(Samples.dispatch("m", "r1").build(), new OffsetLedger(), 0);

    private static final class FixedClock implements Publisher.EngineClock {
        @Override
        public Instant finishedAt(Attempt attempt, BackendAnswer answer) {
            return Samples.NOW;
        }

        @Override
        public @Nullable Long recordTimestamp(Attempt attempt, BackendAnswer answer) {
            return null;
        }
    }

    private Completion completion(int index) {
        return codec.decode(Completion.class, producer.history().get(index).value());
    }

    @Test
    void shouldWriteTheCompletionUnderItsIdentity() {
        // When
        CompletableFuture<Void> written = publisher.publish(attempt, Samples.answer());

        // Then
        assertThat(written).isNotDone();
        producer.completeNext();
        assertThat(written).isCompleted();
        ProducerRecord<byte[], byte[]> record = producer.history().get(0);
        assertThat(record.topic()).isEqualTo("penstock.completions");
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("acme/r1");
        Completion completion = completion(0);
        assertThat(completion.getDecisionId()).isEqualTo("d-r1");
        assertThat(completion.getStatus()).isEqualTo(CompletionStatus.SUCCESS);
        assertThat(completion.getAnswer()).isEqualTo("an answer");
        assertThat(completion.getCostNanos()).isEqualTo(1_800);
        assertThat(completion.getErrorClass()).isEqualTo(ErrorClass.NONE);
        assertThat(completion.getDispatcher()).isEqualTo("dispatcher-1");
        assertThat(completion.getFinishedAt()).isEqualTo(Samples.NOW);
    }

    @Test
    void shouldPublishARecordedVerdictAsFeedbackOfTheTenant() {
        // When
        CompletableFuture<Void> written =
                publisher.publish(attempt, Samples.answer().withQuality(0.75));

        // Then
        producer.completeNext();
        assertThat(written).as("while the feedback is not written").isNotDone();
        producer.completeNext();
        assertThat(written).isCompleted();
        ProducerRecord<byte[], byte[]> record = producer.history().get(1);
        assertThat(record.topic()).isEqualTo("penstock.feedback.acme");
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("r1");
        Feedback feedback = codec.decode(Feedback.class, record.value());
        assertThat(feedback.getFeedbackId()).isEqualTo("recorded:d-r1");
        assertThat(feedback.getSource()).isEqualTo("recorded");
        assertThat(feedback.getValue()).isEqualTo(0.75);
        assertThat(feedback.getSamplingProbability()).isEqualTo(1.0);
    }

    @Test
    void shouldSayTooLargeInsteadOfAnAnswerThatDoesNotFit() {
        // Given
        BackendAnswer large =
                BackendAnswer.success("x".repeat(3_000), "stop", new Usage(3, 5, 1_800, 12.5, null, 0), "fake");

        // When
        publisher.publish(attempt, large);

        // Then
        Completion completion = completion(0);
        assertThat(completion.getStatus()).isEqualTo(CompletionStatus.FAILED);
        assertThat(completion.getErrorClass()).isEqualTo(ErrorClass.TOO_LARGE);
        assertThat(completion.getAnswer()).isNull();
        assertThat(completion.getRetryable()).isFalse();
        assertThat(completion.getCostNanos()).as("the money is spent").isEqualTo(1_800);
        assertThat(completion.getErrorMessage())
                .matches("the completion has 3\\d{3} bytes, more than the 2000 that fit");
    }

    @Test
    void shouldWriteAgainUntilTheBrokerHasIt() {
        // Given
        CompletableFuture<Void> written = publisher.publish(attempt, Samples.answer());
        producer.errorNext(new TimeoutException("no broker"));
        assertThat(written).isNotDone();

        // When
        worker.pass(Duration.ofSeconds(1));
        producer.completeNext();

        // Then
        assertThat(written).isCompleted();
        assertThat(producer.history()).hasSize(2);
    }

    @Test
    void shouldGiveUpFeedbackOfATenantWhoseTopicIsGone() {
        // Given
        CompletableFuture<Void> written =
                publisher.publish(attempt, Samples.answer().withQuality(1));
        producer.completeNext();

        // When
        for (int attempts = 0; attempts < 5; attempts++) {
            producer.errorNext(new TimeoutException("no topic"));
            worker.pass(Duration.ofSeconds(1));
        }

        // Then
        assertThat(written).isCompleted();
        assertThat(producer.history()).hasSize(6);
    }

    @Test
    void shouldFailWhatIsPublishedAfterClose() {
        // Given
        publisher.close(Duration.ZERO);

        // Then
        assertThat(publisher.publish(attempt, Samples.answer())).isCompletedExceptionally();
    }

    @Test
    void shouldWriteADeadLetterWithRawBytesAndHeadersAsKafkaStreamsDoes() {
        // Given
        byte[] value = {9, 9, 9};
        ConsumerRecord<byte[], byte[]> source = new ConsumerRecord<>(
                "penstock.models.online.m", 3, 42, "acme/r1".getBytes(StandardCharsets.UTF_8), value);

        // When
        publisher.deadLetter(source, new IllegalArgumentException("why"));

        // Then
        ProducerRecord<byte[], byte[]> letter = producer.history().get(0);
        assertThat(letter.topic()).isEqualTo("penstock.dead-letters");
        assertThat(letter.value()).isEqualTo(value);
        assertThat(letter.key()).isEqualTo(source.key());
        Map<String, String> headers = StreamSupport.stream(letter.headers().spliterator(), false)
                .collect(Collectors.toMap(
                        header -> header.key(), header -> new String(header.value(), StandardCharsets.UTF_8)));
        assertThat(headers)
                .containsEntry("__streams.errors.exception", "java.lang.IllegalArgumentException")
                .containsEntry("__streams.errors.message", "why")
                .containsEntry("__streams.errors.topic", "penstock.models.online.m")
                .containsEntry("__streams.errors.partition", "3")
                .containsEntry("__streams.errors.offset", "42")
                .containsKey("__streams.errors.stacktrace");
    }

    @Test
    void shouldNeverShowTextInStrings() {
        // Given
        BackendAnswer answer =
                BackendAnswer.success(Samples.SECRET_TEXT, "stop", new Usage(1, 1, 1, 1, null, 0), "fake");

        // Then
        assertThat(List.of(answer.toString(), attempt.toString())).noneMatch(text -> text.contains("canary"));
    }
}
