package io.penstock.app.policy;

import io.penstock.app.node.CatalogWriter;
import io.penstock.event.CatalogEntry;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicySnapshot;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Keys;
import io.penstock.schema.Topics;
import io.penstock.topology.policy.Generations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Writes what operators decide of policies; each method returns when the broker has it. */
public final class PolicyWriter {
    private final Producer<String, byte[]> producer;
    private final EventCodec codec;
    private final Topics topics;

    /** @param producer stays the caller's to close */
    public PolicyWriter(Producer<String, byte[]> producer, EventCodec codec, Topics topics) {
        this.producer = producer;
        this.codec = codec;
        this.topics = topics;
    }

    void policies(Collection<PolicySnapshot> snapshots) {
        int partitions = producer.partitionsFor(topics.policies()).size();
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        for (PolicySnapshot snapshot : snapshots) {
            records.add(new ProducerRecord<>(
                    topics.policies(),
                    Generations.partition(snapshot.getScope(), partitions),
                    Keys.policyKey(
                            snapshot.getScope(), snapshot.getModel(), snapshot.getShard(), snapshot.getExtractor()),
                    codec.encode(snapshot)));
        }
        send(records);
    }

    void catalog(CatalogEntry entry) {
        new CatalogWriter(producer, codec, topics).write(List.of(entry));
    }

    void remove(String catalogKey) {
        send(List.of(new ProducerRecord<>(topics.catalog(), catalogKey, null)));
    }

    void history(PolicyEvent event) {
        send(List.of(new ProducerRecord<>(topics.policyHistory(), event.getScope(), codec.encode(event))));
    }

    private void send(List<ProducerRecord<String, byte[]>> records) {
        List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
        for (Future<RecordMetadata> one : sent) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new KafkaException("a policy could not be written: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted while a policy was written", e);
            }
        }
    }
}
