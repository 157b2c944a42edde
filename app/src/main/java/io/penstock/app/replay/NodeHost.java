package io.penstock.app.replay;

import io.penstock.app.node.Node;
import io.penstock.event.Decision;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.Outcome;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.Response;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A running node as a replay sees it: a client of its topics like any other, that also asks how far its policy is. */
final class NodeHost implements LoopHost, AutoCloseable {
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);

    private final Node node;
    private final EventCodec codec;
    private final Topics topics;
    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private volatile @Nullable Exception failure;

    NodeHost(Node node) {
        this.node = node;
        this.codec = node.codec();
        this.topics = node.topics();
        this.consumer = node.clients().consumer(null, "earliest");
        for (String topic :
                List.of(topics.decisions(), topics.responses(Workload.TENANT), topics.outcomes(), topics.policies())) {
            for (PartitionInfo info : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, info.partition()));
            }
        }
        consumer.assign(partitions);
        // A node that is kept has the records of earlier runs; only those from now on count.
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    @Override
    public void send(InferenceRequest request, long timestampMillis) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                topics.requests(Lane.ONLINE, Workload.TENANT),
                null,
                timestampMillis,
                request.getRequestId(),
                codec.encode(request));
        Future<RecordMetadata> unused = node.producer().send(record, (metadata, error) -> {
            if (error != null) {
                failure = error;
            }
        });
    }

    @Override
    public List<LoopEvent> poll(Duration wait) {
        Exception failed = failure;
        if (failed != null) {
            throw new ReplayException("a request could not be sent: " + failed.getMessage(), failed);
        }
        List<LoopEvent> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            LoopEvent event = event(record);
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }

    private @Nullable LoopEvent event(ConsumerRecord<byte[], byte[]> record) {
        String topic = record.topic();
        if (topic.equals(topics.decisions())) {
            return new LoopEvent.Decided(codec.decode(Decision.class, record.value()));
        }
        if (topic.equals(topics.outcomes())) {
            Outcome outcome = codec.decode(Outcome.class, record.value());
            return new LoopEvent.Learnable(outcome, record.partition(), record.offset());
        }
        if (topic.equals(topics.policies())) {
            return record.value() == null
                    ? null
                    : new LoopEvent.Published(codec.decode(PolicySnapshot.class, record.value()));
        }
        return new LoopEvent.Responded(codec.decode(Response.class, record.value()));
    }

    @Override
    public List<LoopEvent> drain() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<LoopEvent> events = new ArrayList<>();
        long deadline = System.nanoTime() + DRAIN_TIMEOUT.toNanos();
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            events.addAll(poll(Duration.ofMillis(50)));
            if (System.nanoTime() > deadline) {
                throw new ReplayException(
                        "the node's topics could not be read to their ends within " + DRAIN_TIMEOUT.toSeconds() + " s");
            }
        }
        return events;
    }

    @Override
    public long covered(int outcomesPartition) {
        return node.router().views().policies().covered().getOrDefault(outcomesPartition, 0L);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
