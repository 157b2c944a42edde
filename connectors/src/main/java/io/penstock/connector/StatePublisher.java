package io.penstock.connector;

import io.penstock.event.DispatcherState;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes dispatcher-state. What is newer takes the place of what still waits to be written, and what cannot be written is not
 * tried again: the next one is due in a moment. Thread-safe.
 */
final class StatePublisher implements StateSink {
    private static final Logger LOGGER = LoggerFactory.getLogger(StatePublisher.class);

    /** Three of the loop's heartbeats and some. */
    static final Duration VALID = Duration.ofSeconds(7);

    private final Producer<byte[], byte[]> producer;
    private final EventCodec codec;
    private final String topic;
    private final String dispatcher;
    private final InstantSource clock;
    private final Executor sender;
    private final Map<String, byte @Nullable []> due = new LinkedHashMap<>();
    private final AtomicBoolean failing = new AtomicBoolean();

    /** @param sender runs sends, which may block while a topic or broker is missing */
    StatePublisher(
            Producer<byte[], byte[]> producer,
            EventCodec codec,
            Topics topics,
            String dispatcher,
            InstantSource clock,
            Executor sender) {
        this.producer = producer;
        this.codec = codec;
        this.topic = topics.dispatcherState();
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.sender = sender;
    }

    @Override
    public void tell(DispatcherState.Builder state) {
        DispatcherState whole = state.setDispatcher(dispatcher)
                .setValidForMs(VALID.toMillis())
                .setPublishedAt(clock.instant())
                .build();
        put(whole.getModel(), codec.encode(whole));
    }

    @Override
    public void forget(String model) {
        put(model, null);
    }

    private void put(String model, byte @Nullable [] value) {
        boolean first;
        synchronized (due) {
            first = due.isEmpty();
            due.put(model + '/' + dispatcher, value);
        }
        if (first) {
            sender.execute(this::send);
        }
    }

    private void send() {
        Map<String, byte @Nullable []> now;
        synchronized (due) {
            now = new LinkedHashMap<>(due);
        }
        try {
            now.forEach((key, value) -> send(key.getBytes(StandardCharsets.UTF_8), value));
        } finally {
            boolean more;
            synchronized (due) {
                // What came meanwhile is another array.
                now.forEach(due::remove);
                more = !due.isEmpty();
            }
            if (more) {
                sender.execute(this::send);
            }
        }
    }

    private void send(byte[] key, byte @Nullable [] value) {
        try {
            Future<?> unused = producer.send(new ProducerRecord<>(topic, key, value), (at, error) -> heed(error));
        } catch (RuntimeException e) {
            heed(e);
        }
    }

    private void heed(@Nullable Exception error) {
        boolean before = failing.getAndSet(error != null);
        if (error != null && !before) {
            LOGGER.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", error.toString())
                    .log("state of the dispatcher not written: routers do not hear which models fail");
        }
    }
}
