package io.penstock.connector;

import io.penstock.event.Cancellation;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.RegistryUnavailableException;
import io.penstock.schema.UnresolvedSchemaException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands every cancellation on; one that cannot be read only costs a call that need not have been made, so it is logged. */
final class CancellationReader implements TopicFollower.Handler {
    private static final Logger LOGGER = LoggerFactory.getLogger(CancellationReader.class);

    private final EventCodec codec;
    private final Consumer<Cancellation> cancel;
    private final Consumer<Throwable> fatal;

    CancellationReader(EventCodec codec, Consumer<Cancellation> cancel, Consumer<Throwable> fatal) {
        this.codec = codec;
        this.cancel = cancel;
        this.fatal = fatal;
    }

    @Override
    public void record(ConsumerRecord<byte[], byte[]> record) {
        try {
            try {
                cancel.accept(codec.decode(Cancellation.class, record.value()));
            } catch (UnresolvedSchemaException e) {
                codec.resolve(e.schemaId());
                cancel.accept(codec.decode(Cancellation.class, record.value()));
            }
        } catch (MalformedEventException | RegistryUnavailableException | IllegalArgumentException e) {
            ignored(record, e);
        }
    }

    private static void ignored(ConsumerRecord<byte[], byte[]> record, RuntimeException error) {
        LOGGER.atError()
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .addKeyValue("reason", error.getMessage())
                .log("cancellation ignored");
    }

    @Override
    public void failed(RuntimeException error) {
        fatal.accept(error);
    }
}
