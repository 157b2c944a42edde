package io.penstock.app.explain;

import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Outcome;
import io.penstock.event.Response;
import io.penstock.event.Signal;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import io.penstock.schema.Topics;
import io.penstock.schema.UnresolvedSchemaException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the records of one request: of each topic only the partition that the default partitioner gives its key, from the
 * beginning to what was its end at the start. Used by one thread.
 */
public final class HistoryReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Consumer<byte[], byte[]> consumer;
    private final EventCodec codec;
    private final Topics topics;

    /**
     * @param consumer reads committed records and has no group; the caller's to close
     * @param codec resolves what it does not know with its registry
     */
    public HistoryReader(Consumer<byte[], byte[]> consumer, EventCodec codec, Topics topics) {
        this.consumer = consumer;
        this.codec = codec;
        this.topics = topics;
    }

    /** @throws IllegalStateException if topics are missing or cannot be read to their ends in time */
    public History read(Identity identity) {
        Map<TopicPartition, byte[]> keys = new HashMap<>();
        for (String topic :
                List.of(topics.decisions(), topics.completions(), topics.outcomes(), topics.signalsByIdentity())) {
            add(keys, topic, identity.key());
        }
        add(keys, topics.responses(identity.tenant()), identity.requestId());
        consumer.assign(keys.keySet());
        consumer.seekToBeginning(keys.keySet());
        Found found = new Found();
        Map<TopicPartition, Long> ends = consumer.endOffsets(keys.keySet());
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                byte[] key = keys.get(new TopicPartition(record.topic(), record.partition()));
                if (Arrays.equals(record.key(), key)) {
                    found.add(record);
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the topics could not be read to their ends within " + TIMEOUT.toSeconds() + " s");
            }
        }
        return found.history();
    }

    private void add(Map<TopicPartition, byte[]> keys, String topic, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        int partitions = consumer.partitionsFor(topic).size();
        if (partitions == 0) {
            throw new IllegalStateException("there is no topic " + topic + "; is the tenant or the prefix right?");
        }
        keys.put(new TopicPartition(topic, BuiltInPartitioner.partitionForKey(bytes, partitions)), bytes);
    }

    private <T extends SpecificRecord> T decode(Class<T> type, byte[] value) {
        while (true) {
            try {
                return codec.decode(type, value);
            } catch (UnresolvedSchemaException e) {
                codec.resolve(e.schemaId());
            }
        }
    }

    private final class Found {
        private final List<Decision> decisions = new ArrayList<>();
        private final List<Completion> completions = new ArrayList<>();
        private final List<Response> responses = new ArrayList<>();
        private final List<Outcome> outcomes = new ArrayList<>();
        private final List<Signal> signals = new ArrayList<>();

        void add(ConsumerRecord<byte[], byte[]> record) {
            String topic = record.topic();
            byte[] value = record.value();
            if (topic.equals(topics.decisions())) {
                decisions.add(decode(Decision.class, value));
            } else if (topic.equals(topics.completions())) {
                completions.add(decode(Completion.class, value));
            } else if (topic.equals(topics.outcomes())) {
                outcomes.add(decode(Outcome.class, value));
            } else if (topic.equals(topics.signalsByIdentity())) {
                signals.add(decode(Signal.class, value));
            } else {
                responses.add(decode(Response.class, value));
            }
        }

        History history() {
            return new History(
                    decisions, completions, responses.isEmpty() ? null : responses.get(0), outcomes, signals);
        }
    }
}
