package io.penstock.connector;

import io.penstock.event.CompletionStatus;
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

    /** Steps only forward, but that RUNNING falls back to WAITING when a call is made again; WAITING may skip RUNNING. */
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
    private final List<BackendAnswer> failedCalls = new ArrayList<>(0);
    private boolean hasSlot;
    private int calls;
    private EndpointPool.@Nullable Lease lease;
    private EndpointPool.@Nullable Lease lastLease;
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

    /** Calls made so far, one that runs included. */
    int calls() {
        return calls;
    }

    /** The calls that were made again, in order. */
    List<BackendAnswer> failedCalls() {
        return List.copyOf(failedCalls);
    }

    void takeSlot(EndpointPool.Lease right) {
        lease = right;
        state = State.RUNNING;
        hasSlot = true;
        calls++;
    }

    /** Where the last call went; null if none has been made. */
    EndpointPool.@Nullable Lease lastLease() {
        return lastLease;
    }

    /** The call, if one runs, is over. */
    void callOver(BackendAnswer answer) {
        if (lease != null) {
            lease.ended(answer);
            lastLease = lease;
            lease = null;
        }
    }

    /** The call failed and will be made again: the attempt waits without a slot. */
    void rest(BackendAnswer failed, Runnable cancelWake) {
        failedCalls.add(failed);
        timeout.run();
        timeout = cancelWake;
        call = null;
        state = State.WAITING;
        hasSlot = false;
    }

    /**
     * Why the last call failed, if there will be no other: it moves from the failed calls to the attempt's result. Null if no
     * call was made.
     */
    @Nullable
    BackendAnswer takeLastFailure() {
        return failedCalls.isEmpty() ? null : failedCalls.remove(failedCalls.size() - 1);
    }

    /** What the attempt ends with: in doubt, too, if an earlier call is and no later one answered for it. */
    BackendAnswer result(BackendAnswer last) {
        boolean doubt = failedCalls.stream().anyMatch(BackendAnswer::inDoubt);
        return doubt && last.status() != CompletionStatus.SUCCESS ? last.withDoubt() : last;
    }

    /** Whether the attempt waits for this call; not if it ended or makes another by now. */
    boolean awaits(CompletableFuture<BackendAnswer> one) {
        return state == State.RUNNING && call == one;
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
