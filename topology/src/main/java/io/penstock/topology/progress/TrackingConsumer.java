package io.penstock.topology.progress;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main consumer of a stream thread, which tells {@link LogProgress} what it polled and where it stands. Only the
 * methods that Kafka Streams calls on its main consumer are covered.
 */
final class TrackingConsumer extends KafkaConsumer<byte[], byte[]> {
    private static final Logger LOGGER = LoggerFactory.getLogger(TrackingConsumer.class);

    private final LogProgress progress;

    TrackingConsumer(Map<String, Object> config, LogProgress progress) {
        super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.progress = progress;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
        for (TopicPartition partition : records.partitions()) {
            if (progress.follows(partition.topic())) {
                List<ConsumerRecord<byte[], byte[]>> polled = records.records(partition);
                progress.polled(partition, polled.get(polled.size() - 1).offset());
            }
        }
        // Also moves past what is never handed over: transaction markers and aborted records.
        records.nextOffsets().forEach((partition, next) -> {
            if (progress.follows(partition.topic())) {
                progress.positioned(partition, next.offset());
            }
        });
        for (TopicPartition partition : assignment()) {
            if (progress.follows(partition.topic()) && progress.needsPosition(partition)) {
                findPosition(partition);
            }
        }
        return records;
    }

    // Where a partition without news starts; known to the client once it has fetched the committed offset.
    private void findPosition(TopicPartition partition) {
        try {
            progress.positioned(partition, position(partition, Duration.ZERO));
        } catch (TimeoutException | InvalidOffsetException e) {
            // Not known yet: asked again after the next poll, and until then no timer of the partition fires. Thrown
            // on, an
            // invalid offset would make Kafka Streams drop the records just polled.
            LOGGER.atDebug()
                    .addKeyValue("topic", partition.topic())
                    .addKeyValue("partition", partition.partition())
                    .log("The position is not known yet");
        }
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new ForgettingListener(listener));
    }

    @Override
    public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
        super.subscribe(pattern, new ForgettingListener(listener));
    }

    @Override
    public void unsubscribe() {
        super.unsubscribe();
        progress.forgetAll();
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        progress.forget(partition);
        super.seek(partition, offset);
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {
        progress.forget(partition);
        super.seek(partition, offset);
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        partitions.forEach(progress::forget);
        super.seekToBeginning(partitions);
    }

    @Override
    public void seekToEnd(Collection<TopicPartition> partitions) {
        partitions.forEach(progress::forget);
        super.seekToEnd(partitions);
    }

    @Override
    public void close(CloseOptions options) {
        super.close(options);
        progress.forgetAll();
    }

    private final class ForgettingListener implements ConsumerRebalanceListener {
        private final ConsumerRebalanceListener listener;

        ForgettingListener(ConsumerRebalanceListener listener) {
            this.listener = listener;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(progress::forget);
            listener.onPartitionsAssigned(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            listener.onPartitionsRevoked(partitions);
            partitions.forEach(progress::forget);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            listener.onPartitionsLost(partitions);
            partitions.forEach(progress::forget);
        }
    }
}
