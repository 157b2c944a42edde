package io.penstock.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The compacted topic behind the registry: appends records and reads everything, its own records included, into a
 * {@link SchemaState}.
 *
 * <p>Not thread safe: the registry holds one lock around it. A record counts only once it has been read back, so what
 * was answered is what a restart will find.
 */
final class SchemaLog implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SchemaLog.class);
    private static final int TIMEOUT_MS = 15_000;
    private static final Duration POLL = Duration.ofMillis(100);

    private final TopicPartition partition;
    private final SchemaState state;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;

    private SchemaLog(RegistrySettings settings, SchemaState state) {
        this.partition = new TopicPartition(settings.topic(), 0);
        this.state = state;
        Map<String, Object> write = clientConfig(settings);
        write.put("acks", "all");
        write.put("enable.idempotence", true);
        write.put("linger.ms", 0);
        write.put("max.block.ms", TIMEOUT_MS);
        write.put("request.timeout.ms", TIMEOUT_MS / 2);
        write.put("delivery.timeout.ms", TIMEOUT_MS);
        producer = new KafkaProducer<>(write, new ByteArraySerializer(), new ByteArraySerializer());
        Map<String, Object> read = clientConfig(settings);
        read.put("enable.auto.commit", false);
        read.put("auto.offset.reset", "earliest");
        // Asking for the end of the topic waits behind the fetch under way on the same connection.
        read.put("fetch.max.wait.ms", 10);
        read.put("isolation.level", "read_committed");
        consumer = new KafkaConsumer<>(read, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
    }

    /** Makes or checks the topic and reads it to its end. */
    static SchemaLog open(RegistrySettings settings, SchemaState state) {
        SchemaLog log = null;
        try {
            ensureTopic(settings);
            log = new SchemaLog(settings, state);
            log.catchUp();
            return log;
        } catch (KafkaException | ExecutionException e) {
            Utils.closeQuietly(log, "schema log");
            throw new StartupException(
                    "The schema registry cannot use topic " + settings.topic() + " of Kafka at "
                            + settings.bootstrapServers() + " (" + Sentences.of(e)
                            + "); start that Kafka or name another with --bootstrap-servers.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("The start of the schema registry was interrupted.", e);
        }
    }

    private static Map<String, Object> clientConfig(RegistrySettings settings) {
        Map<String, Object> config = new HashMap<>(settings.kafkaConfig());
        config.put("bootstrap.servers", settings.bootstrapServers());
        config.put("client.id", "penstock-registry");
        config.put("default.api.timeout.ms", TIMEOUT_MS);
        config.put("request.timeout.ms", TIMEOUT_MS / 2);
        return config;
    }

    private static void ensureTopic(RegistrySettings settings) throws ExecutionException, InterruptedException {
        String topic = settings.topic();
        try (Admin admin = Admin.create(clientConfig(settings))) {
            // The cluster's own default replication: one here, usually three elsewhere.
            NewTopic wanted = new NewTopic(topic, Optional.of(1), Optional.empty())
                    .configs(Map.of("cleanup.policy", "compact", "message.timestamp.type", "LogAppendTime"));
            try {
                admin.createTopics(List.of(wanted)).all().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
                requireSafe(admin, topic);
            }
        }
    }

    private static void requireSafe(Admin admin, String topic) throws ExecutionException, InterruptedException {
        TopicDescription description =
                admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        String cleanup = config == null || config.get("cleanup.policy") == null
                ? ""
                : config.get("cleanup.policy").value();
        int partitions = description == null ? 0 : description.partitions().size();
        if (partitions != 1 || !"compact".equals(cleanup)) {
            throw new StartupException("Topic " + topic + " has " + partitions + " partitions and cleanup.policy="
                    + cleanup + ", a schema registry needs 1 and compact; name another topic.");
        }
    }

    /** Reads up to what is in the topic now, whoever wrote it. */
    void catchUp() {
        readTo(consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L));
    }

    /** Appends one record and returns when it was written to all replicas and read back. */
    void append(JsonNode key, @Nullable JsonNode value) {
        byte[] bytes = value == null ? null : RegistryJson.bytes(value);
        try {
            long offset = producer.send(new ProducerRecord<>(partition.topic(), 0, RegistryJson.bytes(key), bytes))
                    .get()
                    .offset();
            readTo(offset + 1);
        } catch (ExecutionException e) {
            throw new KafkaException("the record was not written: " + Sentences.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while writing", e);
        }
    }

    private void readTo(long end) {
        long limit = System.nanoTime() + TIMEOUT_MS * 1_000_000L;
        while (consumer.position(partition) < end) {
            consumer.poll(POLL).forEach(this::apply);
            if (System.nanoTime() - limit > 0 && consumer.position(partition) < end) {
                throw new KafkaException(
                        "read to offset " + consumer.position(partition) + " of " + end + " in " + TIMEOUT_MS + " ms");
            }
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        try {
            byte[] value = record.value();
            state.apply(RegistryJson.read(record.key()), value == null ? null : RegistryJson.read(value));
        } catch (IOException | RuntimeException e) {
            // One unreadable record must not take all schemas away; whoever wrote it was not this program.
            LOGGER.atError()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("offset", record.offset())
                    .setCause(e)
                    .log("record of the schemas topic skipped");
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
        Utils.closeQuietly(consumer, "schemas reader");
    }
}
