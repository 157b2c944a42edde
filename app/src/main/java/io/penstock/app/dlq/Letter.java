package io.penstock.app.dlq;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A dead letter, without its payload, which may be a prompt.
 *
 * @param place where it lies: partition-offset of dead-letters
 * @param at when it came
 * @param topic where it was read first; empty if a timer made it
 * @param from partition-offset there
 * @param reason a word from a fixed list; empty if none was given, then the exception tells
 * @param exception class of the error
 * @param message of the error, in one line
 * @param bytes of the payload
 */
public record Letter(
        String place,
        Instant at,
        String topic,
        String from,
        String reason,
        String exception,
        String message,
        int bytes) {
    static final String ERRORS = "__streams.errors.";
    static final String REASON = "__penstock.reason";
    private static final int MOST_CHARS = 300;

    /** What its headers tell. */
    public static Letter of(ConsumerRecord<byte[], byte[]> record) {
        return new Letter(
                record.partition() + "-" + record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                text(record, ERRORS + "topic"),
                text(record, ERRORS + "partition") + '-' + text(record, ERRORS + "offset"),
                text(record, REASON),
                text(record, ERRORS + "exception"),
                text(record, ERRORS + "message"),
                record.value() == null ? 0 : record.value().length);
    }

    /** The last header of that name: the latest writer's. In one line, since clients can write headers too. */
    static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        if (header == null || header.value() == null) {
            return "";
        }
        String text = new String(header.value(), StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}+", " ");
        return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS) + "…";
    }
}
