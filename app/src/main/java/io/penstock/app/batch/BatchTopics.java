package io.penstock.app.batch;

import io.penstock.app.audit.TopicReader;
import io.penstock.app.node.Clients;
import io.penstock.event.Cancel;
import io.penstock.event.CatalogEntry;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.Response;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Keys;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** One tenant's topics, as far as batches need them. Used by one thread. */
public final class BatchTopics implements AutoCloseable {
    private final EventCodec codec;
    private final Topics topics;
    private final String tenant;
    private final Producer<String, byte[]> producer;
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final TopicReader reader;
    private volatile @Nullable Exception failure;

    /**
     * @param codec writes the tenant's topics and looks schemas up that it does not know
     * @throws IllegalStateException if there is no such tenant
     */
    public BatchTopics(Clients clients, EventCodec codec, Topics topics, String tenant) {
        this.codec = codec;
        this.topics = topics;
        this.tenant = tenant;
        this.producer = clients.producer();
        this.consumer = clients.consumer(null, "earliest");
        this.reader = new TopicReader(consumer, InstantSource.system());
        if (consumer.partitionsFor(topics.requests(Lane.BATCH, tenant)).isEmpty()) {
            close();
            throw new IllegalStateException("There is no tenant '" + tenant + "' (no topic "
                    + topics.requests(Lane.BATCH, tenant) + "); 'penstock tenant add " + tenant + "' makes one.");
        }
    }

    /** Sends a request to the batch lane; returns before the broker has it. */
    void send(InferenceRequest request) {
        String key = Keys.routingKey(request.getSessionId(), request.getRequestId());
        publish(topics.requests(Lane.BATCH, tenant), key, request);
    }

    /** Asks for the end of these requests; returns when the broker has it. */
    public void cancelAll(Collection<String> requestIds) {
        requestIds.forEach(this::cancel);
        flush();
    }

    private void cancel(String requestId) {
        Cancel cancel = Cancel.newBuilder()
                .setRequestId(requestId)
                .setTenant(tenant)
                .setReason("batch cancelled")
                .build();
        publish(topics.commands(tenant), requestId, cancel);
    }

    private void publish(String topic, String key, SpecificRecord event) {
        Future<RecordMetadata> unused =
                producer.send(new ProducerRecord<>(topic, key, codec.encode(event)), (metadata, error) -> {
                    if (error != null) {
                        failure = error;
                    }
                });
    }

    /** @throws KafkaException if the broker did not take all that was sent */
    void flush() {
        producer.flush();
        Exception failed = failure;
        if (failed != null) {
            throw new KafkaException("a record was not taken by the broker: " + failed.getMessage(), failed);
        }
    }

    /** Requests of the batch lane that are committed and were not handed over before. */
    void requests(Consumer<InferenceRequest> taker) {
        read(topics.requests(Lane.BATCH, tenant), InferenceRequest.class, taker);
    }

    /** The tenant's responses, likewise. */
    void responses(Consumer<Response> taker) {
        read(topics.responses(tenant), Response.class, taker);
    }

    private <T extends SpecificRecord> void read(String topic, Class<T> type, Consumer<T> taker) {
        reader.read(Set.of(topic), record -> {
            T event = decode(type, record);
            if (event != null) {
                taker.accept(event);
            }
        });
    }

    /** Entries of the catalog as of now. */
    public Collection<CatalogEntry> catalog() {
        Map<String, CatalogEntry> entries = new TreeMap<>();
        reader.read(Set.of(topics.catalog()), record -> {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            CatalogEntry entry = decode(CatalogEntry.class, record);
            if (entry == null) {
                entries.remove(key);
            } else {
                entries.put(key, entry);
            }
        });
        return entries.values();
    }

    /** Null for a tombstone, and for what is no such event: routers keep those in dead-letters. */
    private <T extends SpecificRecord> @Nullable T decode(Class<T> type, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return null;
        }
        try {
            codec.missingSchema(record.value()).ifPresent(codec::resolve);
            return codec.decode(type, record.value());
        } catch (MalformedEventException e) {
            return null;
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
        consumer.close();
    }
}
