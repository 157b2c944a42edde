package io.penstock.connector;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * What of one partition may be committed: everything below the first record that is not finished.
 *
 * <p>Finished records above that gap go into the metadata of what is committed, and the next owner of the partition skips them.
 * Thread-safe.
 */
final class OffsetLedger {
    /** Leaves room for what a poll may bring at once. */
    private static final int FULL = FinishedOffsets.SPAN - 4_000;

    /** One record taken; finished once its completion is on the broker. */
    static final class Entry {
        private final OffsetLedger ledger;
        private final long offset;
        private State state = State.OPEN;

        private Entry(OffsetLedger ledger, long offset) {
            this.ledger = ledger;
            this.offset = offset;
        }

        /** The record needs nothing more. */
        void finish() {
            ledger.leave(this, State.FINISHED);
        }

        /** The record is left for whoever reads it next: the position never passes it. */
        void release() {
            ledger.leave(this, State.RELEASED);
        }
    }

    private enum State {
        OPEN,
        FINISHED,
        RELEASED
    }

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final CompletableFuture<Void> idle = new CompletableFuture<>();
    private final FinishedOffsets earlier;
    private long next = -1;
    private int open;
    private boolean sealed;

    OffsetLedger() {
        this(FinishedOffsets.NONE);
    }

    /** @param earlier what was finished before this ledger began */
    OffsetLedger(FinishedOffsets earlier) {
        this.earlier = earlier;
    }

    /** Registers a record that was finished before this ledger began, in order of offsets; false if it was not. */
    boolean skip(long offset) {
        boolean finished = earlier.contains(offset);
        if (finished) {
            take(offset).finish();
        }
        return finished;
    }

    /** Registers a record, in order of offsets. */
    synchronized Entry take(long offset) {
        if (offset < next) {
            throw new IllegalStateException("offset " + offset + " was taken before: expected " + next + " or above");
        }
        Entry entry = new Entry(this, offset);
        entries.addLast(entry);
        next = offset + 1;
        open++;
        return entry;
    }

    /** The offset to commit; empty if no record was taken yet. */
    synchronized OptionalLong position() {
        while (!entries.isEmpty() && entries.peekFirst().state == State.FINISHED) {
            entries.removeFirst();
        }
        if (next < 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(entries.isEmpty() ? next : entries.getFirst().offset);
    }

    /** The same with what is finished above it; empty if no record was taken yet. */
    synchronized Optional<OffsetAndMetadata> committable() {
        OptionalLong position = position();
        if (position.isEmpty()) {
            return Optional.empty();
        }
        FinishedOffsets finished = FinishedOffsets.above(position.getAsLong());
        for (Entry entry : entries) {
            if (entry.state == State.FINISHED) {
                finished.add(entry.offset);
            }
        }
        // Those that are still to be read here, and skipped.
        finished.addFrom(next, earlier);
        return Optional.of(new OffsetAndMetadata(position.getAsLong(), finished.text()));
    }

    /** Whether so much was taken above the position that what finishes further up might not be remembered. */
    synchronized boolean isFull() {
        OptionalLong position = position();
        return position.isPresent() && next - position.getAsLong() > FULL;
    }

    /** Completes when no record is open any more; take none after this call. */
    synchronized CompletableFuture<Void> seal() {
        sealed = true;
        if (open == 0) {
            idle.complete(null);
        }
        return idle;
    }

    private void leave(Entry entry, State state) {
        boolean nowIdle;
        synchronized (this) {
            if (entry.state != State.OPEN) {
                return;
            }
            entry.state = state;
            open--;
            nowIdle = sealed && open == 0;
        }
        if (nowIdle) {
            idle.complete(null);
        }
    }
}
