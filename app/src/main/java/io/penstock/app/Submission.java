package io.penstock.app;

import io.penstock.app.node.Clients;
import io.penstock.event.Feedback;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.Response;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Keys;
import io.penstock.schema.Topics;
import io.penstock.schema.UnresolvedSchemaException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One tenant's requests on a running node: sends them and waits for their responses. Used by one thread. */
final class Submission implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Topics topics;
    private final String tenant;
    private final EventCodec codec;
    private final Producer<String, byte[]> producer;
    private final Consumer<byte[], byte[]> consumer;

    /** Responses that come from now on are seen. */
    Submission(Clients clients, EventCodec codec, Topics topics, String tenant) {
        this.topics = topics;
        this.tenant = tenant;
        this.codec = codec;
        this.producer = clients.producer();
        this.consumer = clients.consumer(null, "latest");
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo info : consumer.partitionsFor(topics.responses(tenant))) {
            partitions.add(new TopicPartition(info.topic(), info.partition()));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    void send(InferenceRequest request) {
        send(
                topics.requests(Lane.ONLINE, tenant),
                Keys.routingKey(request.getSessionId(), request.getRequestId()),
                request);
    }

    /** The user's verdict on an answer. */
    void judge(String requestId, double value) {
        Feedback feedback = Feedback.newBuilder()
                .setFeedbackId("submit:" + requestId)
                .setRequestId(requestId)
                .setTenant(tenant)
                .setValue(value)
                .setEventTime(Instant.now())
                .build();
        send(topics.feedback(tenant), requestId, feedback);
    }

    private void send(String topic, String key, SpecificRecord event) {
        try {
            producer.send(new ProducerRecord<>(topic, key, codec.encode(event))).get();
        } catch (ExecutionException e) {
            throw new KafkaException(topic + " did not take the record: " + Sentence.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while sending", e);
        }
    }

    /** The response of a request; null if it does not come in time. */
    @Nullable
    Response await(String requestId, Duration timeout) {
        byte[] key = requestId.getBytes(StandardCharsets.UTF_8);
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (java.util.Arrays.equals(key, record.key())) {
                    return decode(record.value());
                }
            }
        }
        return null;
    }

    private Response decode(byte[] value) {
        while (true) {
            try {
                return codec.decode(Response.class, value);
            } catch (UnresolvedSchemaException e) {
                codec.resolve(e.schemaId());
            }
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
        consumer.close();
    }
}
