package io.penstock.connector;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Dead letters in the form Kafka Streams gives them (KIP-1034): key and value as they were, why and from where in headers.
 */
final class DeadLetters {
    private static final String PREFIX = "__streams.errors.";

    private DeadLetters() {}

    /** @param error its message must be free of payload, as all of ours are */
    static ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> source, Exception error, String topic) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(topic, null, source.timestamp(), source.key(), source.value(), source.headers());
        Headers headers = letter.headers();
        add(headers, "exception", error.getClass().getName());
        add(headers, "message", Objects.requireNonNullElse(error.getMessage(), ""));
        add(headers, "stacktrace", stackTrace(error));
        add(headers, "topic", source.topic());
        add(headers, "partition", Integer.toString(source.partition()));
        add(headers, "offset", Long.toString(source.offset()));
        return letter;
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
