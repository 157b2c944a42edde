package io.penstock.connector;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The ledgers of the partitions this process owns, and what of them was committed. Used by the poll thread alone. */
final class PartitionLedgers {
    private final Map<TopicPartition, OffsetLedger> ledgers = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    private boolean remembers = true;

    OffsetLedger of(TopicPartition partition) {
        return ledgers.computeIfAbsent(partition, owned -> new OffsetLedger());
    }

    /** Begins the ledgers of new partitions with what their last owner had finished. */
    void begin(Map<TopicPartition, OffsetAndMetadata> last) {
        last.forEach((partition, offset) -> {
            // Kafka answers null for a partition of which nothing was ever committed.
            if (offset != null) {
                ledgers.put(partition, new OffsetLedger(FinishedOffsets.read(offset.offset(), offset.metadata())));
            }
        });
    }

    boolean isFull(TopicPartition partition) {
        OffsetLedger ledger = ledgers.get(partition);
        return ledger != null && ledger.isFull();
    }

    /** From now on commits offsets alone, since the broker takes no metadata of that size. */
    void stopRemembering() {
        remembers = false;
    }

    /** What may be committed and is not: of the given partitions. */
    Map<TopicPartition, OffsetAndMetadata> toCommit(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetLedger ledger = ledgers.get(partition);
            Optional<OffsetAndMetadata> next = ledger == null ? Optional.empty() : ledger.committable();
            next.map(offset -> remembers ? offset : new OffsetAndMetadata(offset.offset()))
                    .filter(offset -> !offset.equals(committed.get(partition)))
                    .ifPresent(offset -> offsets.put(partition, offset));
        }
        return offsets;
    }

    void committing(Map<TopicPartition, OffsetAndMetadata> offsets) {
        committed.putAll(offsets);
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
