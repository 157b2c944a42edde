package io.penstock.connector;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters in the form Kafka Streams gives them (KIP-1034): key and value as they were, why and from where in headers.
 */
final class DeadLetters {
    private static final String PREFIX = "__streams.errors.";

    private DeadLetters() {}

    /** @param error its message must be free of payload, as all of ours are */
    static ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> source, Exception error, String topic) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(topic, null, timestamp(source), source.key(), source.value(), source.headers());
        Headers headers = letter.headers();
        add(headers, "exception", error.getClass().getName());
        add(headers, "message", Objects.requireNonNullElse(error.getMessage(), ""));
        add(headers, "stacktrace", stackTrace(error));
        add(headers, "topic", source.topic());
        add(headers, "partition", Integer.toString(source.partition()));
        add(headers, "offset", Long.toString(source.offset()));
        return letter;
    }

    /** A record written without a timestamp reads as -1, which a producer refuses. */
    private static @Nullable Long timestamp(ConsumerRecord<byte[], byte[]> source) {
        return source.timestamp() < 0 ? null : Long.valueOf(source.timestamp());
    }

    private static String stackTrace(Exception error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(PREFIX + name, value.getBytes(StandardCharsets.UTF_8));
    }
}
