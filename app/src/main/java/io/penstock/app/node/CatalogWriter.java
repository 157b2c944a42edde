package io.penstock.app.node;

import io.penstock.event.CatalogEntry;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelStatus;
import io.penstock.event.RoutingProfile;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Writes entries to the catalog topic under {@code kind/id}; returns when the broker has them. */
public final class CatalogWriter {
    private final Producer<String, byte[]> producer;
    private final EventCodec codec;
    private final Topics topics;

    /** The producer stays the caller's to close. */
    public CatalogWriter(Producer<String, byte[]> producer, EventCodec codec, Topics topics) {
        this.producer = producer;
        this.codec = codec;
        this.topics = topics;
    }

    public void write(Collection<CatalogEntry> entries) {
        List<Future<RecordMetadata>> sent = entries.stream()
                .map(entry -> producer.send(new ProducerRecord<>(
                        topics.catalog(), entry.getKind() + '/' + entry.getId(), codec.encode(entry))))
                .toList();
        for (Future<RecordMetadata> one : sent) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new KafkaException("the catalog could not be written: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted while the catalog was written", e);
            }
        }
    }

    /** The entry of a model's card. */
    public static CatalogEntry of(ModelCard card) {
        return CatalogEntry.newBuilder()
                .setKind("model")
                .setId(card.getSlug())
                .setBody(card)
                .build();
    }

    /** The entry of a tenant's profile; id {@code default} serves all tenants without their own. */
    public static CatalogEntry of(String id, RoutingProfile profile) {
        return CatalogEntry.newBuilder()
                .setKind("profile")
                .setId(id)
                .setBody(profile)
                .build();
    }

    static CatalogEntry of(ModelStatus status) {
        return CatalogEntry.newBuilder()
                .setKind("model-status")
                .setId(status.getSlug())
                .setBody(status)
                .build();
    }
}
