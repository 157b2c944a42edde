package io.penstock.app.node;

import io.penstock.event.Cancel;
import io.penstock.event.Decision;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.Outcome;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A client of a node's topics: sends requests and reads everything that comes back. */
final class Caller implements AutoCloseable {
    private final Node node;
    private final Consumer<byte[], byte[]> consumer;
    final List<Response> responses = new ArrayList<>();
    final List<Decision> decisions = new ArrayList<>();
    final List<PolicySnapshot> policies = new ArrayList<>();
    /** By partition, in order. */
    final Map<Integer, List<Outcome>> outcomes = new TreeMap<>();

    final List<String> deadLetters = new ArrayList<>();

    Caller(Node node, String... tenants) {
        this.node = node;
        this.consumer = node.clients().consumer(null, "earliest");
        List<String> topics = new ArrayList<>(List.of(
                node.topics().decisions(),
                node.topics().policies(),
                node.topics().outcomes(),
                node.topics().deadLetters()));
        for (String tenant : tenants) {
            topics.add(node.topics().responses(tenant));
        }
        List<TopicPartition> partitions = topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    void send(InferenceRequest request) {
        String session = request.getSessionId();
        send(
                node.topics().requests(Lane.ONLINE, request.getTenant()),
                session == null ? request.getRequestId() : session,
                request);
    }

    void cancel(String tenant, String requestId) {
        send(
                node.topics().commands(tenant),
                requestId,
                Cancel.newBuilder().setRequestId(requestId).build());
    }

    private void send(String topic, String key, SpecificRecord event) {
        node.producer().send(new ProducerRecord<>(topic, key, node.codec().encode(event)));
        node.producer().flush();
    }

    /** Reads what is there; never blocks long. */
    Caller poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            String topic = record.topic();
            if (topic.equals(node.topics().decisions())) {
                decisions.add(node.codec().decode(Decision.class, record.value()));
            } else if (topic.equals(node.topics().policies())) {
                policies.add(node.codec().decode(PolicySnapshot.class, record.value()));
            } else if (topic.equals(node.topics().outcomes())) {
                outcomes.computeIfAbsent(record.partition(), partition -> new ArrayList<>())
                        .add(node.codec().decode(Outcome.class, record.value()));
            } else if (topic.equals(node.topics().deadLetters())) {
                deadLetters.add(record.toString());
            } else {
                responses.add(node.codec().decode(Response.class, record.value()));
            }
        }
        return this;
    }

    List<Response> to(String requestId) {
        return responses.stream()
                .filter(response -> response.getRequestId().equals(requestId))
                .toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
