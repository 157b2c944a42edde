package io.penstock.connector;

import io.penstock.event.Dispatch;
import io.penstock.schema.Identity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One dispatch on its way to one completion. Owned by the engine's worker thread once submitted. */
final class Attempt {

    /** Steps only forward; WAITING may skip RUNNING. */
    enum State {
        WAITING,
        RUNNING,
        /** The answer is known and on its way to the broker. */
        ENDED
    }

    private final Dispatch dispatch;
    private final Identity identity;
    private final TopicPartition partition;
    private final Instant recordTime;
    private final List<OffsetLedger.Entry> entries = new ArrayList<>(1);
    private State state = State.WAITING;
    private boolean hasSlot;
    private @Nullable CompletableFuture<BackendAnswer> call;
    private Runnable timeout = () -> {};

    /** @throws IllegalArgumentException if the dispatch is not one that can be answered; the message has no text of it */
    Attempt(Dispatch dispatch, TopicPartition partition, Instant recordTime, OffsetLedger.Entry entry) {
        String slug = partition.topic().substring(partition.topic().lastIndexOf('.') + 1);
        if (!dispatch.getModel().equals(slug)) {
            throw new IllegalArgumentException(
                    "the dispatch names another model than its topic, which is for '" + slug + "'");
        }
        if (dispatch.getDecisionId().isEmpty()) {
            throw new IllegalArgumentException("the dispatch has no decision_id");
        }
        this.dispatch = dispatch;
        this.identity = new Identity(dispatch.getTenant(), dispatch.getRequestId());
        this.partition = partition;
        this.recordTime = recordTime;
        this.entries.add(entry);
    }

    Dispatch dispatch() {
        return dispatch;
    }

    Identity identity() {
        return identity;
    }

    String decisionId() {
        return dispatch.getDecisionId();
    }

    String model() {
        return dispatch.getModel();
    }

    TopicPartition partition() {
        return partition;
    }

    Instant recordTime() {
        return recordTime;
    }

    State state() {
        return state;
    }

    boolean hasSlot() {
        return hasSlot;
    }

    /** The same dispatch was read again, after a rebalance: this attempt answers both. */
    void absorb(Attempt again) {
        entries.addAll(again.entries);
    }

    void takeSlot() {
        state = State.RUNNING;
        hasSlot = true;
    }

    void running(CompletableFuture<BackendAnswer> future, Runnable cancelTimeout) {
        call = future;
        timeout = cancelTimeout;
    }

    void end() {
        state = State.ENDED;
        timeout.run();
    }

    /** Stops the call if there is one. */
    void abort() {
        timeout.run();
        if (call != null) {
            call.cancel(true);
        }
    }

    void finishEntries() {
        entries.forEach(OffsetLedger.Entry::finish);
    }

    void releaseEntries() {
        entries.forEach(OffsetLedger.Entry::release);
    }

    @Override
    public String toString() {
        return "Attempt[" + identity + ", decision=" + decisionId() + ", model=" + model() + ", " + state + "]";
    }
}
