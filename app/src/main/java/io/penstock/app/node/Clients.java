package io.penstock.app.node;

import io.penstock.schema.TopicCatalog;
import io.penstock.schema.TopicSpec;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Plain Kafka clients for one cluster: producers that lose nothing, consumers that read committed records only. */
public final class Clients {
    private final Map<String, Object> common;

    /** @param kafka settings of every client, e.g. security */
    public Clients(String bootstrapServers, Map<String, String> kafka) {
        Map<String, Object> all = new HashMap<>(kafka);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        this.common = Map.copyOf(all);
    }

    public Admin admin() {
        return Admin.create(common);
    }

    public Producer<String, byte[]> producer() {
        return producer(Map.of());
    }

    /** @param more settings, over our own */
    public Producer<String, byte[]> producer(Map<String, Object> more) {
        return new KafkaProducer<>(producerConfig(more), new StringSerializer(), new ByteArraySerializer());
    }

    /** For records whose keys are not ours. */
    public Producer<byte[], byte[]> bytesProducer() {
        return new KafkaProducer<>(producerConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> producerConfig(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(common);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // With more, a partition that is too new for the first batch and ready for the second refuses both for minutes.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, (int) TopicCatalog.load().specs().stream()
                .mapToLong(TopicSpec::maxMessageBytes)
                .max()
                .orElseThrow());
        config.putAll(more);
        return config;
    }

    /** @param group null for a consumer that assigns its partitions itself and commits nothing */
    public Consumer<byte[], byte[]> consumer(@Nullable String group, String offsetReset) {
        Map<String, Object> config = new HashMap<>(common);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, offsetReset);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
        if (group != null) {
            config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
            config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
            config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_500);
        }
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
