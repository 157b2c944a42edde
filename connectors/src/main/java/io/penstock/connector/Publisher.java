package io.penstock.connector;

import io.penstock.event.Completion;
import io.penstock.event.Dispatch;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes completions, recorded feedback and dead letters, again and again until the broker has them: an attempt's offset
 * must not be committed before. Used by the worker thread; the producer's callbacks only complete futures.
 */
final class Publisher implements CompletionSink {
    private static final Logger LOGGER = LoggerFactory.getLogger(Publisher.class);
    private static final Duration RESEND_AFTER = Duration.ofSeconds(1);

    /** A tenant's feedback topic may be gone for good; that must not stop the others. */
    private static final int FEEDBACK_TRIES = 5;

    private final Producer<byte[], byte[]> producer;
    private final EventCodec codec;
    private final Topics topics;
    private final EngineClock clock;
    private final String dispatcher;
    private final long maxBytes;
    private final Executor worker;
    private final Delay delay;
    private volatile boolean closed;

    /** When an attempt ended. */
    interface EngineClock {
        Instant finishedAt(Attempt attempt, BackendAnswer answer);

        /** The timestamp of what is written about it; null = the producer's clock. */
        @Nullable
        Long recordTimestamp(Attempt attempt, BackendAnswer answer);
    }

    /** What is written, and where. */
    record Target(Producer<byte[], byte[]> producer, EventCodec codec, Topics topics, long maxBytes) {}

    Publisher(Target target, String dispatcher, EngineClock clock, Executor worker, Delay delay) {
        this.producer = target.producer();
        this.codec = target.codec();
        this.topics = target.topics();
        this.maxBytes = target.maxBytes();
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.worker = worker;
        this.delay = delay;
    }

    @Override
    public CompletableFuture<Void> publish(Attempt attempt, BackendAnswer answer) {
        Dispatch dispatch = attempt.dispatch();
        Instant at = clock.finishedAt(attempt, answer);
        Long timestamp = clock.recordTimestamp(attempt, answer);
        Completion completion = Completions.of(attempt, answer, dispatcher, at);
        byte[] bytes = codec.encode(completion);
        if (bytes.length > maxBytes) {
            bytes = codec.encode(Completions.tooLarge(completion, bytes.length, maxBytes));
        }
        CompletableFuture<Void> written =
                send(record(topics.completions(), timestamp, attempt.identity().key(), bytes), Integer.MAX_VALUE);
        Double quality = answer.quality();
        if (quality == null) {
            return written;
        }
        byte[] feedback = codec.encode(Completions.feedback(dispatch, quality, at));
        String topic = topics.feedback(dispatch.getTenant());
        CompletableFuture<Void> judged =
                send(record(topic, timestamp, dispatch.getRequestId(), feedback), FEEDBACK_TRIES);
        return CompletableFuture.allOf(written, judged);
    }

    /** Completes when the dead letter is on the broker. */
    CompletableFuture<Void> deadLetter(ConsumerRecord<byte[], byte[]> source, Exception error) {
        return send(DeadLetters.of(source, error, topics.deadLetters()), Integer.MAX_VALUE);
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, @Nullable Long timestamp, String key, byte[] value) {
        return new ProducerRecord<>(topic, null, timestamp, key.getBytes(StandardCharsets.UTF_8), value);
    }

    /** One record on its way, however often it must be sent. */
    private static final class Sending {
        private final ProducerRecord<byte[], byte[]> record;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private int triesLeft;

        private Sending(ProducerRecord<byte[], byte[]> record, int tries) {
            this.record = record;
            this.triesLeft = tries;
        }
    }

    private CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> record, int tries) {
        Sending sending = new Sending(record, tries);
        trySend(sending);
        return sending.done;
    }

    private void trySend(Sending sending) {
        if (closed) {
            sending.done.completeExceptionally(new IllegalStateException("the dispatcher is closed"));
            return;
        }
        sending.triesLeft--;
        try {
            Future<?> unused = producer.send(sending.record, (metadata, error) -> {
                if (error == null) {
                    sending.done.complete(null);
                } else {
                    sendAgain(sending, error);
                }
            });
        } catch (RuntimeException e) {
            sendAgain(sending, e);
        }
    }

    private void sendAgain(Sending sending, Exception error) {
        LOGGER.atError()
                .addKeyValue("topic", sending.record.topic())
                .addKeyValue("reason", error.toString())
                .addKeyValue("triesLeft", sending.triesLeft)
                .log("record not written");
        if (sending.triesLeft == 0) {
            sending.done.complete(null);
            return;
        }
        Runnable callOff = delay.after(RESEND_AFTER, () -> worker.execute(() -> trySend(sending)));
        if (closed) {
            callOff.run();
            sending.done.completeExceptionally(error);
        }
    }

    /** From now on what is not on the broker is given up; its offsets stay uncommitted. */
    void close(Duration wait) {
        closed = true;
        producer.close(wait);
    }
}
