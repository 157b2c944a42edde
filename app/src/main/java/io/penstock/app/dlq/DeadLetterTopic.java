package io.penstock.app.dlq;

import io.penstock.app.audit.TopicReader;
import io.penstock.app.node.Clients;
import io.penstock.schema.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The topic of dead letters on a running cluster. Used by one thread. */
public final class DeadLetterTopic implements AutoCloseable {
    private final Clients clients;
    private final Topics topics;
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;

    public DeadLetterTopic(Clients clients, Topics topics) {
        this.clients = clients;
        this.topics = topics;
        this.consumer = clients.consumer(null, "earliest");
    }

    /** Hands over every letter that is there. */
    public void read(Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        new TopicReader(consumer, InstantSource.system()).read(Set.of(topics.deadLetters()), taker);
    }

    /**
     * Whether a letter of that topic may be sent again. Requests, commands, feedback and completions carry the ids that make
     * a second copy a duplicate; what the stages write to each other does not come again.
     */
    public boolean mayRedrive(String topic) {
        String prefix = topics.prefix();
        return topic.equals(topics.completions())
                || topic.startsWith(prefix + "requests.")
                || topic.startsWith(prefix + "commands.")
                || topic.startsWith(prefix + "feedback.");
    }

    /** Sends records to where they were read first, byte for byte; returns when the broker has all of them. */
    public void redrive(List<ConsumerRecord<byte[], byte[]>> letters) {
        try (Producer<byte[], byte[]> producer = clients.bytesProducer()) {
            Throwable[] failure = new Throwable[1];
            for (ConsumerRecord<byte[], byte[]> letter : letters) {
                String topic = Letter.text(letter, Letter.ERRORS + "topic");
                Future<RecordMetadata> unused = producer.send(
                        new ProducerRecord<>(topic, null, null, letter.key(), letter.value(), headers(letter)),
                        (metadata, error) -> failure[0] = error == null ? failure[0] : error);
            }
            producer.flush();
            if (failure[0] != null) {
                throw new KafkaException("a record was not taken: " + failure[0].getMessage(), failure[0]);
            }
        }
    }

    /** Its own, without those that say why it is dead. */
    private static Headers headers(ConsumerRecord<byte[], byte[]> letter) {
        Headers headers = new RecordHeaders();
        for (Header header : letter.headers()) {
            if (!header.key().startsWith(Letter.ERRORS) && !header.key().equals(Letter.REASON)) {
                headers.add(header);
            }
        }
        return headers;
    }

    /**
     * Deletes letters for good.
     *
     * @param before those that came before; null = all
     * @return how many
     */
    public long purge(@Nullable Instant before) {
        List<TopicPartition> partitions = consumer.partitionsFor(topics.deadLetters()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        Map<TopicPartition, Long> upTo = new HashMap<>(consumer.endOffsets(partitions));
        if (before != null) {
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(partition -> times.put(partition, before.toEpochMilli()));
            Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
            found.forEach((partition, first) -> {
                if (first != null) {
                    upTo.put(partition, first.offset());
                }
            });
        }
        // Not the difference of offsets: transactions have markers between the letters.
        long[] count = new long[1];
        read(letter -> {
            TopicPartition partition = new TopicPartition(letter.topic(), letter.partition());
            count[0] += letter.offset() < upTo.getOrDefault(partition, 0L) ? 1 : 0;
        });
        Map<TopicPartition, RecordsToDelete> delete = new HashMap<>();
        upTo.forEach((partition, end) -> delete.put(partition, RecordsToDelete.beforeOffset(end)));
        try (Admin admin = clients.admin()) {
            admin.deleteRecords(delete).all().get();
        } catch (ExecutionException e) {
            throw new KafkaException("the broker did not delete: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while deleting", e);
        }
        return count[0];
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
