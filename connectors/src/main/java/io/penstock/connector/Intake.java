package io.penstock.connector;

import io.penstock.event.Dispatch;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a record into an attempt for the engine, or into a dead letter. Used by the poll thread. */
final class Intake {
    private static final Logger LOGGER = LoggerFactory.getLogger(Intake.class);

    private final EventCodec codec;
    private final CallEngine engine;
    private final Publisher publisher;
    private final Executor worker;
    private final Counters counters;

    Intake(EventCodec codec, CallEngine engine, Publisher publisher, Executor worker, Counters counters) {
        this.codec = codec;
        this.engine = engine;
        this.publisher = publisher;
        this.worker = worker;
        this.counters = counters;
    }

    /** @throws io.penstock.schema.UnresolvedSchemaException if it must be read again later; nothing was taken then */
    void take(ConsumerRecord<byte[], byte[]> record, OffsetLedger ledger) {
        Dispatch dispatch;
        try {
            dispatch = codec.decode(Dispatch.class, record.value());
        } catch (MalformedEventException e) {
            bury(record, e, ledger.take(record.offset()));
            return;
        }
        OffsetLedger.Entry entry = ledger.take(record.offset());
        Attempt attempt;
        try {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            attempt = new Attempt(dispatch, partition, Instant.ofEpochMilli(record.timestamp()), entry);
        } catch (IllegalArgumentException e) {
            bury(record, e, entry);
            return;
        }
        engine.submit(attempt);
    }

    private void bury(ConsumerRecord<byte[], byte[]> record, Exception why, OffsetLedger.Entry entry) {
        LOGGER.atWarn()
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .addKeyValue("reason", why.getMessage())
                .log("record is no dispatch, to dead letters");
        worker.execute(() -> {
            CompletableFuture<Void> unused = publisher.deadLetter(record, why).thenRun(() -> {
                counters.deadLettered();
                entry.finish();
            });
        });
    }
}
