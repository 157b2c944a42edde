package io.penstock.app.replay;

import io.penstock.connector.recorded.CallGate;
import io.penstock.event.Dispatch;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Holds every recorded answer until the lock-step driver releases its request. Thread-safe. */
final class ReplayGate implements CallGate {
    private final Map<String, CompletableFuture<Void>> byRequest = new ConcurrentHashMap<>();

    @Override
    public CompletableFuture<Void> open(Dispatch dispatch) {
        // A copy: who cancels one call must not close the gate for the request's next attempt.
        return gate(dispatch.getRequestId()).copy();
    }

    /** Lets the request's calls answer, whether they have started or not. */
    void release(String requestId) {
        gate(requestId).complete(null);
    }

    boolean isReleased(String requestId) {
        return gate(requestId).isDone();
    }

    private CompletableFuture<Void> gate(String requestId) {
        return byRequest.computeIfAbsent(requestId, id -> new CompletableFuture<>());
    }
}
