package io.penstock.topology;

import io.penstock.schema.TopicCatalog;
import io.penstock.schema.TopicSpec;
import io.penstock.schema.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;

/** Kafka Streams settings of the two applications: what correctness needs first, what the user passes through last. */
public final class StreamsProperties {
    private static final int SESSION_TIMEOUT_MILLIS = 6_000;
    private static final long MAX_LINGER_MILLIS = 50;
    private static final int CHANGELOG_MARGIN_BYTES = 2 * 1024 * 1024;

    private StreamsProperties() {}

    public static Properties router(PenstockConfig config, Topics topics) {
        return of(
                config,
                topics,
                "router",
                config.integer(PenstockConfig.ROUTER_THREADS),
                config.millis(PenstockConfig.ROUTER_COMMIT_INTERVAL));
    }

    public static Properties learner(PenstockConfig config, Topics topics) {
        return of(
                config,
                topics,
                "learner",
                config.integer(PenstockConfig.LEARNER_THREADS),
                config.millis(PenstockConfig.LEARNER_COMMIT_INTERVAL));
    }

    private static Properties of(PenstockConfig config, Topics topics, String role, int threads, long commitMillis) {
        int transactionTimeout = config.integer(PenstockConfig.TRANSACTION_TIMEOUT);
        if (commitMillis > transactionTimeout / 2) {
            throw new org.apache.kafka.common.config.ConfigException("the commit interval of the " + role + " is "
                    + commitMillis + " ms, more than half of " + PenstockConfig.TRANSACTION_TIMEOUT + " ("
                    + transactionTimeout + " ms): every transaction would time out");
        }
        Map<String, Object> map = new HashMap<>();
        map.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.prefix() + role);
        map.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.text(PenstockConfig.BOOTSTRAP_SERVERS));
        map.put(StreamsConfig.STATE_DIR_CONFIG, config.text(PenstockConfig.STATE_DIR));
        map.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, config.text(PenstockConfig.GUARANTEE));
        map.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        map.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMillis);
        map.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, config.integer(PenstockConfig.REPLICATION_FACTOR));
        map.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        map.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.NO_OPTIMIZATION);
        // A punctuator of an idle task runs at the latest this much late.
        map.put(StreamsConfig.POLL_MS_CONFIG, 10L);
        // No stage depends on the order between topics, and in 4.3.1 the check for it formats texts for every record.
        map.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        map.put(StreamsConfig.METADATA_MAX_AGE_CONFIG, config.millis(PenstockConfig.METADATA_MAX_AGE));
        map.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, topics.deadLetters());
        map.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, UnreadableRecordHandler.class);
        map.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndFailExceptionHandler.class);
        map.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, DefaultProductionExceptionHandler.class);
        clients(map, transactionTimeout, largestRecordBytes());
        // Nothing is visible before the commit, and the commit flushes: until then batches may fill.
        map.put(StreamsConfig.PRODUCER_PREFIX + ProducerConfig.LINGER_MS_CONFIG, lingerMillis(config, commitMillis));
        String instance = config.text(PenstockConfig.INSTANCE_ID);
        if (!instance.isEmpty()) {
            map.put(CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG, instance);
        }
        map.putAll(config.kafka());
        Properties properties = new Properties();
        properties.putAll(map);
        return properties;
    }

    private static long lingerMillis(PenstockConfig config, long commitMillis) {
        boolean exactlyOnce = config.text(PenstockConfig.GUARANTEE).equals(StreamsConfig.EXACTLY_ONCE_V2);
        return exactlyOnce ? Math.min(MAX_LINGER_MILLIS, commitMillis / 2) : 0;
    }

    /** Of our topics, and of changelogs, whose records hold an event and what is known about it. */
    private static int largestRecordBytes() {
        return CHANGELOG_MARGIN_BYTES
                + (int) TopicCatalog.load().specs().stream()
                        .mapToLong(TopicSpec::maxMessageBytes)
                        .max()
                        .orElseThrow();
    }

    private static void clients(Map<String, Object> map, int transactionTimeout, int maxRecordBytes) {
        String consumer = StreamsConfig.MAIN_CONSUMER_PREFIX;
        // The default of 45 s is longer than the transaction timeout: a lost member would abort everyone's
        // transactions.
        map.put(consumer + ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MILLIS);
        map.put(consumer + ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_TIMEOUT_MILLIS / 4);
        map.put(consumer + ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        map.put(StreamsConfig.GLOBAL_CONSUMER_PREFIX + ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        map.put(StreamsConfig.GLOBAL_CONSUMER_PREFIX + ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        String producer = StreamsConfig.PRODUCER_PREFIX;
        map.put(producer + ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
        map.put(producer + ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRecordBytes);
        map.put(producer + ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, transactionTimeout);
        map.put(producer + ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        map.put(StreamsConfig.TOPIC_PREFIX + TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(maxRecordBytes));
    }
}
