package io.penstock.benchmark;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Requests that are on the broker before the clock starts, as the reference's are: each wave lies in an open transaction, so
 * no reader sees it until it is released. What is released and not answered stays bounded, so that no stage runs ahead of
 * the others by more than two waves.
 */
final class Waves implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** About a second of work. */
    private static final int SIZE = 8_000;

    private final Deque<Producer<String, byte[]>> hidden = new ArrayDeque<>();
    private final List<Producer<String, byte[]>> released = new ArrayList<>();

    /**
     * @param first number of the first record; unique, since a second transaction of the same name ends the first
     * @param record by its number
     */
    Waves(String bootstrapServers, int first, int records, IntFunction<ProducerRecord<String, byte[]>> record) {
        for (int from = first; from < first + records; from += SIZE) {
            Producer<String, byte[]> producer = producer(bootstrapServers, "wave-" + from);
            hidden.add(producer);
            producer.initTransactions();
            producer.beginTransaction();
            for (int number = from; number < Math.min(first + records, from + SIZE); number++) {
                BenchCluster.send(producer, record.apply(number));
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
        while (!hidden.isEmpty() && released.size() * SIZE - records <= SIZE) {
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
