package io.penstock.topology;

import io.penstock.schema.MalformedEventException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on what a processor throws: a record that cannot be read is kept in the dead-letter topic and the rest goes on
 * (KIP-1034); anything else is a fault of ours, and the thread starts again from its last commit. Instantiated by Kafka
 * Streams.
 */
public final class UnreadableRecordHandler implements ProcessingExceptionHandler {
    private static final Logger LOGGER = LoggerFactory.getLogger(UnreadableRecordHandler.class);
    private String deadLetters = "";

    @Override
    public void configure(Map<String, ?> configs) {
        Object topic = configs.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG);
        if (topic == null) {
            throw new IllegalStateException("no dead-letter topic is configured");
        }
        deadLetters = topic.toString();
    }

    @Override
    public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
        if (!(exception instanceof MalformedEventException)) {
            return Response.fail();
        }
        LOGGER.atWarn()
                .addKeyValue("topic", context.topic())
                .addKeyValue("partition", context.partition())
                .addKeyValue("offset", context.offset())
                .addKeyValue("reason", exception.getMessage())
                .log("Record cannot be read; it goes to the dead letters");
        Record<byte[], byte[]> source = new Record<>(
                context.sourceRawKey(), context.sourceRawValue(), Math.max(0, context.timestamp()), context.headers());
        Record<byte[], byte[]> dead = DeadLetter.of(source, null, "malformed", exception);
        dead.headers().add(DeadLetter.TOPIC, utf8(context.topic()));
        dead.headers().add(DeadLetter.PARTITION, utf8(String.valueOf(context.partition())));
        dead.headers().add(DeadLetter.OFFSET, utf8(String.valueOf(context.offset())));
        return Response.resume(List.of(
                new ProducerRecord<>(deadLetters, null, dead.timestamp(), dead.key(), dead.value(), dead.headers())));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
