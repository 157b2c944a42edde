package io.penstock.connector;

import io.penstock.schema.UnresolvedSchemaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The poll thread: reads the models' topics, holds back those whose model has enough, hands records to the intake, commits
 * what is finished. Waits for calls only when partitions are taken from it, and then for a bounded time.
 */
final class DispatchLoop implements ConsumerRebalanceListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(DispatchLoop.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration DRAIN_POLL = Duration.ofMillis(20);
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(5);
    private static final Duration SWEEP_EVERY = Duration.ofMillis(500);
    private static final Duration TELL_EVERY = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final CallEngine engine;
    private final FlowControl flow;
    private final Intake intake;
    private final SchemaWaiter schemas;
    private final DispatcherSettings settings;
    private final PartitionLedgers ledgers = new PartitionLedgers();
    private final Map<TopicPartition, CompletableFuture<Void>> held = new HashMap<>();
    private volatile boolean closing;
    private volatile boolean abandoned;
    private long nextCommit = System.nanoTime();
    private long nextSweep = nextCommit;
    private long nextTell = nextCommit;

    /** What the loop drives. */
    record Parts(CallEngine engine, FlowControl flow, Intake intake, SchemaWaiter schemas) {}

    DispatchLoop(Consumer<byte[], byte[]> consumer, Parts parts, DispatcherSettings settings) {
        this.consumer = consumer;
        this.engine = parts.engine();
        this.flow = parts.flow();
        this.intake = parts.intake();
        this.schemas = parts.schemas();
        this.settings = settings;
    }

    /** Any thread. */
    void close() {
        closing = true;
        consumer.wakeup();
    }

    /** Any thread: as {@link #close}, and commit nothing more. */
    void abandon() {
        abandoned = true;
        close();
    }

    void subscribe(Pattern topics) {
        consumer.subscribe(topics, this);
    }

    /** Reads until {@link #close}. */
    void run() {
        while (!closing) {
            step();
        }
    }

    void step() {
        holdBack();
        for (ConsumerRecord<byte[], byte[]> record : poll(POLL)) {
            take(record);
        }
        long now = System.nanoTime();
        if (now - nextSweep >= 0) {
            nextSweep = now + SWEEP_EVERY.toNanos();
            engine.sweep();
        }
        if (now - nextTell >= 0) {
            nextTell = now + TELL_EVERY.toNanos();
            engine.tell(served());
        }
        if (now - nextCommit >= 0) {
            nextCommit = now + settings.commitInterval().toNanos();
            commitLater();
        }
    }

    /** The models of which this dispatcher has a partition. */
    private Set<String> served() {
        Set<String> models = new TreeSet<>();
        for (TopicPartition partition : consumer.assignment()) {
            models.add(partition.topic().substring(partition.topic().lastIndexOf('.') + 1));
        }
        return models;
    }

    private ConsumerRecords<byte[], byte[]> poll(Duration wait) {
        try {
            return consumer.poll(wait);
        } catch (WakeupException e) {
            // A held-back topic may be read on, or close was called.
            return ConsumerRecords.empty();
        }
    }

    private void holdBack() {
        held.values().removeIf(CompletableFuture::isDone);
        List<TopicPartition> pause = new ArrayList<>();
        List<TopicPartition> resume = new ArrayList<>();
        for (TopicPartition partition : consumer.assignment()) {
            boolean read =
                    !held.containsKey(partition) && flow.mayRead(partition.topic()) && !ledgers.isFull(partition);
            (read ? resume : pause).add(partition);
        }
        consumer.pause(pause);
        consumer.resume(resume);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (held.containsKey(partition)) {
            return;
        }
        OffsetLedger ledger = ledgers.of(partition);
        if (ledger.skip(record.offset())) {
            return;
        }
        try {
            intake.take(record, ledger);
        } catch (UnresolvedSchemaException e) {
            held.put(partition, schemas.resolve(e.schemaId()));
            consumer.seek(partition, record.offset());
        }
    }

    private void commitLater() {
        Map<TopicPartition, OffsetAndMetadata> offsets = ledgers.toCommit(consumer.assignment());
        if (offsets.isEmpty()) {
            return;
        }
        ledgers.committing(offsets);
        consumer.commitAsync(offsets, (done, error) -> {
            if (error != null) {
                ledgers.commitFailed(offsets.keySet());
                forgetIfTooLarge(error);
                LOGGER.atDebug().addKeyValue("reason", error.toString()).log("commit failed, trying again");
            }
        });
    }

    private boolean forgetIfTooLarge(Exception error) {
        if (!(error instanceof OffsetMetadataTooLarge)) {
            return false;
        }
        ledgers.stopRemembering();
        LOGGER.atWarn()
                .addKeyValue("reason", error.toString())
                .log("offset.metadata.max.bytes of the brokers must be 4096 or more: after a crash, calls that finished"
                        + " behind a slow one are made again");
        return true;
    }

    private void commitNow(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = ledgers.toCommit(partitions);
        if (offsets.isEmpty()) {
            return;
        }
        try {
            try {
                consumer.commitSync(offsets, COMMIT_LIMIT);
            } catch (WakeupException e) {
                // Meant for poll; it is spent now.
                consumer.commitSync(offsets, COMMIT_LIMIT);
            }
            ledgers.committing(offsets);
        } catch (KafkaException e) {
            if (forgetIfTooLarge(e)) {
                commitNow(partitions);
                return;
            }
            LOGGER.atWarn()
                    .addKeyValue("reason", e.toString())
                    .log("last commit failed: finished calls of these partitions are made again");
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (closing) {
            consumer.pause(partitions);
            return;
        }
        try {
            ledgers.begin(lastCommitted(Set.copyOf(partitions)));
        } catch (KafkaException e) {
            LOGGER.atWarn()
                    .addKeyValue("reason", e.toString())
                    .log("committed offsets cannot be read: calls that finished behind a slow one are made again");
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> lastCommitted(Set<TopicPartition> partitions) {
        try {
            return consumer.committed(partitions, COMMIT_LIMIT);
        } catch (WakeupException e) {
            // Meant for poll; it is spent now.
            return consumer.committed(partitions, COMMIT_LIMIT);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty() || abandoned) {
            return;
        }
        CompletableFuture<Void> dropped = engine.drop(partitions);
        if (!await(CompletableFuture.allOf(dropped, ledgers.seal(partitions)), settings.revokeTimeout())) {
            LOGGER.atInfo()
                    .addKeyValue("partitions", partitions.size())
                    .log("partitions left with calls in flight: their next owner makes those again");
        }
        commitNow(partitions);
        forget(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        // Someone else may own them already: nothing to wait for, nothing to commit.
        CompletableFuture<Void> unused = engine.drop(partitions);
        forget(partitions);
    }

    private void forget(Collection<TopicPartition> partitions) {
        ledgers.remove(partitions);
        held.keySet().removeAll(partitions);
    }

    private static boolean await(CompletableFuture<Void> done, Duration limit) {
        try {
            done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the engine failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Takes nothing more, lets calls in flight end within the drain timeout, aborts the rest, commits. Goes on polling
     * meanwhile, so that a rebalance does not wait for us.
     */
    void drain() {
        List<TopicPartition> mine = List.copyOf(consumer.assignment());
        consumer.pause(mine);
        CompletableFuture<Void> idle = CompletableFuture.allOf(engine.drop(mine), ledgers.seal(mine));
        long deadline = System.nanoTime() + settings.drainTimeout().toNanos();
        while (!idle.isDone() && System.nanoTime() - deadline < 0) {
            ConsumerRecords<byte[], byte[]> none = poll(DRAIN_POLL);
            if (!none.isEmpty()) {
                throw new IllegalStateException("a paused consumer returned " + none.count() + " records");
            }
        }
        if (!idle.isDone()) {
            LOGGER.atWarn().log("calls still in flight after the drain timeout are aborted; they will be made again");
            await(engine.abort(), COMMIT_LIMIT);
        }
        engine.tell(Set.of());
        commitNow(consumer.assignment());
    }
}
