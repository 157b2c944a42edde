package io.penstock.connector;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * What of one partition may be committed: everything below the first record that is not finished.
 *
 * <p>Finished records above that gap are known here only, so after a kill they are taken again. A bounded bitmap of them in
 * the committed offset's metadata would prevent that; {@link #position} is where it would be made. Thread-safe.
 */
final class OffsetLedger {

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
    private long next = -1;
    private int open;
    private boolean sealed;

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
