package io.penstock.connector;

import io.penstock.event.CatalogEntry;
import io.penstock.event.ModelCard;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.RegistryUnavailableException;
import io.penstock.schema.Topics;
import io.penstock.schema.UnresolvedSchemaException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog in memory: reads its compacted topic from the beginning on a thread of its own and follows it; the latest
 * entry of a key wins, a tombstone removes it, a malformed entry is logged and leaves what was there. Waits for the topic if
 * it does not exist yet. Thread-safe.
 */
public final class CatalogReader implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(CatalogReader.class);
    private static final Duration REGISTRY_RETRY = Duration.ofSeconds(1);

    private final EventCodec codec;
    private final Map<String, CatalogEntry> entries = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final TopicFollower follower;

    private CatalogReader(KafkaClients clients, Topics topics, EventCodec codec) {
        this.codec = codec;
        this.follower = new TopicFollower(() -> clients.follower(true), topics.catalog(), true, new Handler());
    }

    /**
     * Starts reading; returns at once.
     *
     * @param kafkaConfig for the consumer, over our own settings: security, timeouts
     */
    public static CatalogReader start(
            String bootstrapServers, Map<String, ?> kafkaConfig, Topics topics, EventCodec codec) {
        CatalogReader reader = new CatalogReader(new KafkaClients(bootstrapServers, kafkaConfig), topics, codec);
        reader.follower.start();
        return reader;
    }

    private final class Handler implements TopicFollower.Handler {
        @Override
        public void record(ConsumerRecord<byte[], byte[]> record) {
            accept(record);
        }

        @Override
        public void failed(RuntimeException error) {
            failure.completeExceptionally(error);
        }
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            entries.remove(key);
            return;
        }
        try {
            CatalogEntry entry = decode(record.value());
            if (!key.equals(entry.getKind() + '/' + entry.getId())) {
                throw new IllegalArgumentException(
                        "the entry says it is " + entry.getKind() + '/' + entry.getId() + ", its key says otherwise");
            }
            entries.put(key, entry);
        } catch (MalformedEventException | IllegalArgumentException e) {
            LOGGER.atError()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("key", key)
                    .addKeyValue("reason", e.getMessage())
                    .log("catalog entry ignored");
        }
    }

    private CatalogEntry decode(byte[] value) {
        while (true) {
            try {
                return codec.decode(CatalogEntry.class, value);
            } catch (UnresolvedSchemaException e) {
                resolve(e.schemaId());
            }
        }
    }

    private void resolve(int schemaId) {
        try {
            codec.resolve(schemaId);
        } catch (RegistryUnavailableException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("waiting for the schema registry");
            if (!follower.pause(REGISTRY_RETRY)) {
                throw e;
            }
        }
    }

    /** Completes once all that was in the catalog at the start is read; fails if that is impossible. */
    public CompletableFuture<Void> loaded() {
        return follower.caughtUp();
    }

    /** Completes, exceptionally, if the catalog can no longer be followed. */
    public CompletableFuture<Void> failure() {
        return failure;
    }

    /** The card {@code model/<slug>}; null if there is none. */
    public @Nullable ModelCard model(String slug) {
        CatalogEntry entry = entries.get("model/" + slug);
        return entry != null && entry.getBody() instanceof ModelCard card ? card : null;
    }

    /** The entry kind/id; null if there is none. */
    public @Nullable CatalogEntry entry(String kind, String id) {
        return entries.get(Objects.requireNonNull(kind) + '/' + id);
    }

    /** A copy of all entries by key. */
    public Map<String, CatalogEntry> entries() {
        return Map.copyOf(entries);
    }

    @Override
    public void close() {
        follower.close();
    }
}
