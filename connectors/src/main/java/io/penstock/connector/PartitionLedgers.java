package io.penstock.connector;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The ledgers of the partitions this process owns, and what of them was committed. Used by the poll thread alone. */
final class PartitionLedgers {
    private final Map<TopicPartition, OffsetLedger> ledgers = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();

    OffsetLedger of(TopicPartition partition) {
        return ledgers.computeIfAbsent(partition, owned -> new OffsetLedger());
    }

    /** What may be committed and is not: of the given partitions. */
    Map<TopicPartition, OffsetAndMetadata> toCommit(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetLedger ledger = ledgers.get(partition);
            OptionalLong position = ledger == null ? OptionalLong.empty() : ledger.position();
            if (position.isPresent() && position.getAsLong() != committed.getOrDefault(partition, -1L)) {
                offsets.put(partition, new OffsetAndMetadata(position.getAsLong()));
            }
        }
        return offsets;
    }

    void committing(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    }

    void commitFailed(Collection<TopicPartition> partitions) {
        partitions.forEach(committed::remove);
    }

    /** Completes once nothing of these partitions is open any more; take no more of them. */
    CompletableFuture<Void> seal(Collection<TopicPartition> partitions) {
        List<CompletableFuture<Void>> idle = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            OffsetLedger ledger = ledgers.get(partition);
            if (ledger != null) {
                idle.add(ledger.seal());
            }
        }
        return CompletableFuture.allOf(idle.toArray(CompletableFuture[]::new));
    }

    void remove(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> {
            ledgers.remove(partition);
            committed.remove(partition);
        });
    }
}
