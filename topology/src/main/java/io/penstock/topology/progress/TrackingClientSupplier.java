package io.penstock.topology.progress;

import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * The clients of Kafka Streams, with main consumers that tell a {@link LogProgress} how far they are. Pass it to the
 * constructor of {@code KafkaStreams}; restore and global consumers are the usual ones.
 */
public final class TrackingClientSupplier extends DefaultKafkaClientSupplier {
    private final LogProgress progress;

    public TrackingClientSupplier(LogProgress progress) {
        this.progress = progress;
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new TrackingConsumer(config, progress);
    }
}
