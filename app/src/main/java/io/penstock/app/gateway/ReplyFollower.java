package io.penstock.app.gateway;

import io.penstock.event.Response;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.RegistryUnavailableException;
import io.penstock.schema.ReplySlot;
import io.penstock.schema.UnresolvedSchemaException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the gateway's slot of {@code replies} from its end, on a thread of its own, and hands each reply to who waits for
 * it. Replies to gateways that share the slot are told by their key, without being decoded.
 */
final class ReplyFollower implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ReplyFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PROBE = Duration.ofSeconds(2);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);
    private static final Duration STALE = Duration.ofSeconds(10);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final byte[] key;
    private final EventCodec codec;
    private final OpenRequests open;
    private final Thread thread = new Thread(this::run, "penstock-replies");
    private volatile boolean closed;
    private volatile boolean failed;
    private volatile long heardAt;

    /**
     * What is replied from now on is seen, although the thread only starts with {@link #start}.
     *
     * @param consumer reads committed records and has no group; closed with this
     */
    ReplyFollower(
            Consumer<byte[], byte[]> consumer, String topic, ReplySlot slot, EventCodec codec, OpenRequests open) {
        this.consumer = consumer;
        this.partition = new TopicPartition(topic, slot.slot());
        this.key = slot.text().getBytes(StandardCharsets.UTF_8);
        this.codec = codec;
        this.open = open;
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        heardAt = System.nanoTime();
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether the broker was heard of lately. */
    boolean isHealthy() {
        return !failed && System.nanoTime() - heardAt < STALE.toNanos();
    }

    /** Whether the thread lives. */
    boolean isAlive() {
        return !failed;
    }

    private void run() {
        try {
            while (!closed) {
                var records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    heardAt = System.nanoTime();
                }
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    accept(record);
                }
                probe();
            }
        } catch (WakeupException e) {
            if (!closed) {
                fail(e);
            }
        } catch (RuntimeException e) {
            fail(e);
        } finally {
            consumer.close();
        }
    }

    private void fail(RuntimeException error) {
        failed = true;
        LOGGER.atError()
                .addKeyValue("topic", partition.topic())
                .addKeyValue("partition", partition.partition())
                .addKeyValue("reason", error.toString())
                .log("Replies can no longer be read; restart the gateway");
    }

    /** An empty poll may be silence or a broker that is away. */
    private void probe() {
        if (System.nanoTime() - heardAt < PROBE.toNanos()) {
            return;
        }
        try {
            Map<TopicPartition, Long> unused = consumer.endOffsets(List.of(partition), PROBE_LIMIT);
            heardAt = System.nanoTime();
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            LOGGER.atDebug().log("The brokers do not answer");
        }
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        if (!Arrays.equals(record.key(), key)) {
            return;
        }
        try {
            if (!open.answer(decode(record.value()))) {
                LOGGER.atDebug().addKeyValue("offset", record.offset()).log("Nobody waits for this reply any more");
            }
        } catch (MalformedEventException e) {
            LOGGER.atWarn()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("reason", e.getMessage())
                    .log("A reply cannot be read and is left out");
        }
    }

    private Response decode(byte[] value) {
        while (true) {
            try {
                return codec.decode(Response.class, value);
            } catch (UnresolvedSchemaException e) {
                resolve(e.schemaId());
            }
        }
    }

    private void resolve(int schemaId) {
        try {
            codec.resolve(schemaId);
        } catch (RegistryUnavailableException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("Waiting for the schema registry");
            if (closed) {
                throw e;
            }
            io.penstock.app.node.Pause.millis(PROBE.toMillis());
        }
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        if (!thread.isAlive()) {
            return;
        }
        try {
            thread.join(POLL.plus(PROBE_LIMIT).plus(PROBE).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
