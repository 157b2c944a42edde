package io.penstock.connector;

import java.util.concurrent.CompletableFuture;

/** Where the results of attempts go. */
interface CompletionSink {
    /** Completes when the result is safe on the broker; fails only if the sink was closed before. */
    CompletableFuture<Void> publish(Attempt attempt, BackendAnswer answer);
}
