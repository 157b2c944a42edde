package io.penstock.app.offpolicy;

import io.penstock.app.audit.TopicReader;
import io.penstock.event.Decision;
import io.penstock.event.Outcome;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.Topics;
import io.penstock.schema.UnresolvedSchemaException;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads the decisions and outcomes that are committed by now. Used by one thread. */
public final class OffPolicyReader {
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final EventCodec codec;
    private final Topics topics;

    /**
     * @param consumer reads committed records and has no group; the caller's to close
     * @param codec looks schemas up that it does not know
     */
    public OffPolicyReader(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, EventCodec codec, Topics topics) {
        this.consumer = consumer;
        this.codec = codec;
        this.topics = topics;
    }

    /**
     * Reads both topics.
     *
     * @param progress told one line per step
     * @throws IllegalStateException if a topic is not there
     */
    public DecisionLog read(Consumer<String> progress) {
        Set<String> names = consumer.listTopics().keySet();
        for (String topic : new String[] {topics.decisions(), topics.outcomes()}) {
            if (!names.contains(topic)) {
                throw new IllegalStateException("there is no topic " + topic + "; is the prefix right?");
            }
        }
        DecisionLog log = new DecisionLog();
        TopicReader reader = new TopicReader(consumer, InstantSource.system());
        progress.accept("decisions");
        reader.read(Set.of(topics.decisions()), record -> add(Decision.class, record, log, log::decision));
        // Afterwards, so that no outcome comes before its decision.
        progress.accept("outcomes");
        reader.read(Set.of(topics.outcomes()), record -> add(Outcome.class, record, log, log::outcome));
        return log;
    }

    private <T extends SpecificRecord> void add(
            Class<T> type, ConsumerRecord<byte[], byte[]> record, DecisionLog log, Consumer<T> handler) {
        T event;
        try {
            event = decode(type, record.value());
        } catch (MalformedEventException e) {
            log.unreadable();
            return;
        }
        handler.accept(event);
    }

    private <T extends SpecificRecord> T decode(Class<T> type, byte @Nullable [] value) {
        try {
            return codec.decode(type, value);
        } catch (UnresolvedSchemaException e) {
            codec.missingSchema(value).ifPresent(codec::resolve);
            return codec.decode(type, value);
        }
    }
}
