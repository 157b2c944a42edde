package io.penstock.benchmark;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Requests that are on the broker before the clock starts, as the reference's are: each wave lies in an open transaction, so
 * no reader sees it until it is released. What is released and not answered stays bounded, so that no stage runs ahead of
 * the others by more than a wave.
 */
final class Waves implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final int size;
    private final Deque<Producer<String, byte[]>> hidden = new ArrayDeque<>();
    private final List<Producer<String, byte[]>> released = new ArrayList<>();

    /** @param name unique, since a second transaction of the same name ends the first */
    Waves(String bootstrapServers, String name, List<ProducerRecord<String, byte[]>> records, int size) {
        this.size = size;
        for (int from = 0; from < records.size(); from += size) {
            Producer<String, byte[]> producer = producer(bootstrapServers, name + '-' + from);
            hidden.add(producer);
            producer.initTransactions();
            producer.beginTransaction();
            for (ProducerRecord<String, byte[]> record : records.subList(from, Math.min(records.size(), from + size))) {
                BenchCluster.send(producer, record);
            }
            producer.flush();
        }
    }

    private static Producer<String, byte[]> producer(String bootstrapServers, String name) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) PATIENCE.toMillis());
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /** Lets so many waves be read that one is under way and another is ready. */
    void answered(int records) {
        while (!hidden.isEmpty() && released.size() * size - records <= size) {
            Producer<String, byte[]> next = hidden.remove();
            released.add(next);
            next.commitTransaction();
        }
    }

    @Override
    public void close() {
        released.forEach(Producer::close);
        hidden.forEach(Producer::close);
    }
}
