package io.penstock.topology.join;

import io.penstock.event.Response;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import io.penstock.schema.ReplySlot;
import io.penstock.topology.DeadLetter;
import io.penstock.topology.StageMetrics;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Turns effects into records for the sinks. What forward throws passes unchanged. */
final class JoinOutputs {
    private final ProcessorContext<Object, Object> context;
    private final EventCodec codec;
    private final StageMetrics metrics;

    JoinOutputs(ProcessorContext<Object, Object> context, EventCodec codec, StageMetrics metrics) {
        this.context = context;
        this.codec = codec;
        this.metrics = metrics;
    }

    void perform(Identity identity, Effect effect, long timestamp) {
        if (effect instanceof Effect.Count count) {
            metrics.count(count.counter());
        } else if (effect instanceof Effect.Respond respond) {
            respond(identity, respond.response(), timestamp);
        } else if (effect instanceof Effect.RouteTo route) {
            long requestTime = Math.max(0, route.event().getRequestTime().toEpochMilli());
            forward(route.routingKey(), route.event(), requestTime, JoinNames.ROUTE_EVENTS_SINK);
        } else if (effect instanceof Effect.Learn learn) {
            forward(identity.key(), learn.outcome(), timestamp, JoinNames.OUTCOMES_SINK);
        } else if (effect instanceof Effect.CancelCalls cancel) {
            forward(identity.key(), cancel.cancellation(), timestamp, JoinNames.CANCELLATIONS_SINK);
        } else if (effect instanceof Effect.DeadLetterOut dead) {
            deadLetter(identity, dead, timestamp);
        }
    }

    private void respond(Identity identity, Response response, long timestamp) {
        metrics.count("join." + response.getKind().name().toLowerCase(Locale.ROOT));
        forward(identity.requestId(), response, timestamp, JoinNames.RESPONSES_SINK);
        ReplySlot slot = ReplySlot.parse(response.getReplyTo());
        if (slot != null) {
            forward(slot.text(), response, timestamp, JoinNames.REPLIES_SINK);
        } else if (ReplySlot.isAskedFor(response.getReplyTo())) {
            metrics.count("join.reply-without-slot");
        }
    }

    private void forward(String key, Object value, long timestamp, String sink) {
        context.forward(new Record<>(key, value, timestamp), sink);
    }

    private void deadLetter(Identity identity, Effect.DeadLetterOut dead, long timestamp) {
        byte[] key = identity.key().getBytes(StandardCharsets.UTF_8);
        byte[] value = codec.encode(LifeCodec.toRecord(identity, dead.event()));
        Record<byte @Nullable [], byte @Nullable []> source = new Record<>(key, value, timestamp, new RecordHeaders());
        refuse(source, dead.reason(), new RefusedEventException(dead.message()));
    }

    /** Sends a record as it was read to the dead letters. */
    void refuse(Record<byte @Nullable [], byte @Nullable []> source, String reason, RuntimeException error) {
        metrics.count("join.dead-letter");
        // A timer is not a record: its metadata names no topic.
        RecordMetadata at = context.recordMetadata()
                .filter(metadata -> metadata.topic() != null)
                .orElse(null);
        Record<byte @Nullable [], byte @Nullable []> letter = DeadLetter.of(source, at, reason, error);
        context.forward(
                new Record<Object, Object>(letter.key(), letter.value(), letter.timestamp(), letter.headers()),
                JoinNames.DEAD_LETTERS_SINK);
    }
}
