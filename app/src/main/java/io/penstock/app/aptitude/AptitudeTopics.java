package io.penstock.app.aptitude;

import io.penstock.app.audit.TopicReader;
import io.penstock.app.node.Clients;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Feedback;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.Response;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.ObjDoubleConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One tenant's topics on a running cluster. Used by one thread. */
public final class AptitudeTopics implements AptitudeRun.Wire, AutoCloseable {
    private final EventCodec codec;
    private final Topics topics;
    private final String tenant;
    private final Producer<String, byte[]> producer;
    private final Consumer<byte[], byte[]> responses;
    private final Consumer<byte[], byte[]> others;
    private final TopicReader reader;
    private boolean caughtUp;

    /**
     * @param codec writes the tenant's topics and looks schemas up that it does not know
     * @throws IllegalStateException if there is no such tenant
     */
    public AptitudeTopics(Clients clients, EventCodec codec, Topics topics, String tenant) {
        this.codec = codec;
        this.topics = topics;
        this.tenant = tenant;
        this.producer = clients.producer();
        this.responses = clients.consumer(null, "earliest");
        this.others = clients.consumer(null, "earliest");
        this.reader = new TopicReader(others, InstantSource.system());
        List<TopicPartition> partitions = responses.partitionsFor(topics.responses(tenant)).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            close();
            throw new IllegalStateException("There is no tenant '" + tenant + "' (no topic " + topics.responses(tenant)
                    + "); 'penstock tenant add " + tenant + "' makes one.");
        }
        responses.assign(partitions);
        responses.seekToBeginning(partitions);
    }

    @Override
    public int size(InferenceRequest request) {
        return codec.encode(request).length;
    }

    @Override
    public void send(InferenceRequest request) {
        send(topics.requests(Lane.ONLINE, tenant), request.getRequestId(), request);
    }

    @Override
    public void judge(Feedback feedback) {
        send(topics.feedback(tenant), feedback.getRequestId(), feedback);
    }

    private void send(String topic, String key, SpecificRecord event) {
        try {
            producer.send(new ProducerRecord<>(topic, key, codec.encode(event))).get();
        } catch (ExecutionException e) {
            throw new KafkaException(topic + " did not take the record", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while sending", e);
        }
    }

    @Override
    public List<Response> responses(Duration wait) {
        List<Response> found = new ArrayList<>();
        if (!caughtUp) {
            caughtUp = true;
            Map<TopicPartition, Long> ends = responses.endOffsets(responses.assignment());
            while (ends.entrySet().stream().anyMatch(end -> responses.position(end.getKey()) < end.getValue())) {
                poll(Duration.ofMillis(200), found);
            }
        }
        poll(wait, found);
        return found;
    }

    private void poll(Duration wait, List<Response> found) {
        for (ConsumerRecord<byte[], byte[]> record : responses.poll(wait)) {
            Response response = decode(Response.class, record.value());
            if (response != null) {
                found.add(response);
            }
        }
    }

    /** Entries of the catalog by key, as of now. */
    public Map<String, CatalogEntry> catalog() {
        Map<String, CatalogEntry> entries = new TreeMap<>();
        reader.read(Set.of(topics.catalog()), record -> {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            CatalogEntry entry = decode(CatalogEntry.class, record.value());
            if (entry == null) {
                entries.remove(key);
            } else {
                entries.put(key, entry);
            }
        });
        return entries;
    }

    /** First verdicts that were learned since the last call; at first all there are. */
    public void verdicts(ObjDoubleConsumer<String> taker) {
        reader.read(Set.of(topics.outcomes()), record -> {
            Outcome outcome = decode(Outcome.class, record.value());
            if (outcome != null
                    && outcome.getTenant().equals(tenant)
                    && outcome.getKind() == OutcomeKind.JUDGED
                    && outcome.getQuality() != null) {
                taker.accept(outcome.getRequestId(), outcome.getQuality());
            }
        });
    }

    /** Null if it is no such event; a tombstone is none. */
    private <T extends SpecificRecord> @Nullable T decode(Class<T> type, byte @Nullable [] value) {
        try {
            codec.missingSchema(value).ifPresent(codec::resolve);
            return codec.decode(type, value);
        } catch (MalformedEventException e) {
            return null;
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
        responses.close();
        others.close();
    }
}
