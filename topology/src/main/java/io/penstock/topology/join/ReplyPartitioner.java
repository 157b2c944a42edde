package io.penstock.topology.join;

import io.penstock.event.Response;
import io.penstock.schema.ReplySlot;
import io.penstock.topology.StageMetrics;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Puts a reply into the slot that its key names. A slot beyond the topic's partitions came from a client: the reply is left
 * out and counted, and the response is still where all responses are.
 */
final class ReplyPartitioner implements StreamPartitioner<String, Response> {
    private final StageMetrics metrics;

    ReplyPartitioner(StageMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Optional<Set<Integer>> partitions(String topic, String key, Response value, int partitions) {
        ReplySlot slot = ReplySlot.parse(key);
        if (slot != null && slot.slot() < partitions) {
            return Optional.of(Set.of(slot.slot()));
        }
        metrics.count("join.reply-without-slot");
        return Optional.of(Set.of());
    }
}
