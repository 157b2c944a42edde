package io.penstock.app.crash;

import io.penstock.app.node.Node;
import io.penstock.event.Feedback;
import io.penstock.event.Response;
import io.penstock.schema.Identity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A judge as operators would run one: reads responses and gives its verdict on each that was drawn for an audit. */
final class AuditJudge implements Runnable {
    private final Node client;
    private final Map<String, Double> verdicts = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    AuditJudge(Node client) {
        this.client = client;
    }

    @Override
    public void run() {
        try (Consumer<byte[], byte[]> consumer = client.clients().consumer(null, "earliest")) {
            List<TopicPartition> partitions = CrashCluster.TENANTS.stream()
                    .map(client.topics()::responses)
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!stopping) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> judge(client.codec().decode(Response.class, record.value())));
            }
        }
    }

    private void judge(Response response) {
        if (response.getAuditProbability() == 0) {
            return;
        }
        String id = response.getRequestId();
        double value = Math.floorMod(id.hashCode(), 5) / 4.0;
        Feedback feedback = Feedback.newBuilder()
                .setFeedbackId("audit:" + id)
                .setRequestId(id)
                .setSource("audit")
                .setSamplingProbability(response.getAuditProbability())
                .setValue(value)
                .build();
        client.producer()
                .send(new ProducerRecord<>(
                        client.topics().feedback(response.getTenant()),
                        id,
                        client.codec().encode(feedback)));
        verdicts.put(new Identity(response.getTenant(), id).key(), value);
    }

    void stop() {
        stopping = true;
    }

    /** What it said so far, by identity. */
    Map<String, Double> verdicts() {
        return verdicts;
    }
}
