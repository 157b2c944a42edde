package io.penstock.connector.recorded;

import io.penstock.event.Dispatch;
import java.util.concurrent.CompletableFuture;

/** Decides when a recorded call may answer, so that a deterministic replay can fix the order of answers. Thread-safe. */
public interface CallGate {
    /** Every call answers at once. */
    CallGate OPEN = dispatch -> CompletableFuture.completedFuture(null);

    /** Completes when the call may answer; never blocks. */
    CompletableFuture<Void> open(Dispatch dispatch);
}
