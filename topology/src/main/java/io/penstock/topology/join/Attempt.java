package io.penstock.topology.join;

import io.penstock.event.Decision;
import java.time.Instant;
import java.util.Objects;

/**
 * One dispatched attempt of an open request.
 *
 * @param reservedNanos upper bound of its cost, for as long as the result is unknown
 * @param leaseEnd when it can neither start nor run any more, milliseconds
 */
record Attempt(
        String decisionId,
        int number,
        String model,
        Basis basis,
        long reservedNanos,
        long leaseEnd,
        Progress progress) {

    /** Their order is stored: only append. */
    enum Progress {
        /** Its lease runs. */
        RUNNING,
        /** Its lease is over without a completion; a late one still counts. */
        IN_DOUBT,
        /** Its completion has come; another one is a duplicate. */
        DONE,
        /** Its completion has come and says that the cost is not known. */
        DONE_IN_DOUBT
    }

    static Attempt of(Decision decision, JoinSettings settings) {
        Instant start = decision.getStartBefore() == null ? decision.getDecidedAt() : decision.getStartBefore();
        long lease = Timer.after(
                Math.max(0, decision.getCallTimeoutMs()), settings.clockSkew().toMillis());
        return new Attempt(
                decision.getDecisionId(),
                decision.getAttempt(),
                Objects.requireNonNullElse(decision.getModel(), ""),
                Basis.of(decision),
                decision.getReservedCostNanos(),
                Timer.after(start.toEpochMilli(), lease),
                Progress.RUNNING);
    }

    Attempt with(Progress next) {
        return new Attempt(decisionId, number, model, basis, reservedNanos, leaseEnd, next);
    }

    boolean running() {
        return progress == Progress.RUNNING;
    }

    /** A completion is still to come, or at least possible. */
    boolean open() {
        return progress == Progress.RUNNING || progress == Progress.IN_DOUBT;
    }

    /** What it may have cost beyond what is settled. */
    long inDoubtNanos() {
        return progress == Progress.DONE ? 0 : reservedNanos;
    }
}
