package io.penstock.topology;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A record that cannot be processed, on its way to the dead-letter topic: the raw bytes as they came, and the headers
 * Kafka Streams itself writes (KIP-1034), so that one reader understands both. {@code __penstock.reason} is added: a word
 * to count by. Neither the exception nor its message may carry text of a prompt or answer.
 */
public final class DeadLetter {
    public static final String REASON = "__penstock.reason";
    static final String EXCEPTION = "__streams.errors.exception";
    static final String MESSAGE = "__streams.errors.message";
    static final String STACKTRACE = "__streams.errors.stacktrace";
    static final String TOPIC = "__streams.errors.topic";
    static final String PARTITION = "__streams.errors.partition";
    static final String OFFSET = "__streams.errors.offset";

    private DeadLetter() {}

    /**
     * The record for the dead-letter sink.
     *
     * @param source the record as read; its own headers are kept
     * @param at where it was read, null if unknown
     * @param reason a word from a fixed list, e.g. {@code malformed} or {@code tenant_not_ready}
     */
    public static Record<byte @Nullable [], byte @Nullable []> of(
            Record<byte @Nullable [], byte @Nullable []> source,
            @Nullable RecordMetadata at,
            String reason,
            Throwable error) {
        Headers headers = new RecordHeaders(source.headers());
        add(headers, REASON, reason);
        add(headers, EXCEPTION, error.getClass().getName());
        add(headers, MESSAGE, String.valueOf(error.getMessage()));
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        add(headers, STACKTRACE, trace.toString());
        // A timer has no record of its own.
        if (at != null && at.topic() != null) {
            add(headers, TOPIC, at.topic());
            add(headers, PARTITION, String.valueOf(at.partition()));
            add(headers, OFFSET, String.valueOf(at.offset()));
        }
        // A dead letter is read by people in order of arrival; a hostile timestamp must not decide its retention.
        return source.withHeaders(headers).withTimestamp(Math.max(0, source.timestamp()));
    }

    private static void add(Headers headers, String key, String value) {
        headers.add(key, value.getBytes(StandardCharsets.UTF_8));
    }
}
