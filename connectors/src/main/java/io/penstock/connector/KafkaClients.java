package io.penstock.connector;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The Kafka clients of this module, each with the settings its promises rest on. */
final class KafkaClients {
    /** How soon a new model's topics are seen. */
    private static final int METADATA_MAX_AGE_MS = 5_000;

    /** How soon a killed dispatcher's partitions move on. */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    private static final int HEARTBEAT_MS = 3_000;

    /** How long the worker may stand still for want of a broker, before it tries again later. */
    private static final int MAX_BLOCK_MS = 10_000;

    private final String bootstrapServers;
    private final Map<String, Object> overrides;

    KafkaClients(String bootstrapServers, Map<String, ?> overrides) {
        this.bootstrapServers = bootstrapServers;
        this.overrides = Map.copyOf(overrides);
    }

    KafkaConsumer<byte[], byte[]> groupConsumer(String groupId) {
        Map<String, Object> config = consumer("earliest");
        config.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MS);
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return consumer(config);
    }

    /** Reads partitions that it is told, without a group. */
    KafkaConsumer<byte[], byte[]> follower(boolean fromBeginning) {
        return consumer(consumer(fromBeginning ? "earliest" : "latest"));
    }

    private Map<String, Object> consumer(String reset) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
        return config;
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return new KafkaConsumer<>(finish(config), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** @param maxBytes the largest record */
    KafkaProducer<byte[], byte[]> producer(long maxBytes) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // With more, a partition whose leader is not ready yet can refuse the first batch and take the second; then the
        // first is out of sequence until its delivery times out. Batches fill while one is on its way, so this costs
        // little.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.toIntExact(maxBytes));
        return new KafkaProducer<>(finish(config), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> finish(Map<String, Object> config) {
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.putAll(overrides);
        return config;
    }
}
