package io.penstock.connector;

import io.penstock.event.Dispatch;
import io.penstock.event.ModelCard;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend whose calls end when the test says so; it counts what it sees. */
final class FakeBackend implements Backend {
    final Map<String, CompletableFuture<BackendAnswer>> calls = new ConcurrentHashMap<>();
    final List<String> seen = new CopyOnWriteArrayList<>();
    final AtomicInteger made = new AtomicInteger();

    @Override
    public CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card) {
        made.incrementAndGet();
        seen.add(dispatch.getRequestId());
        CompletableFuture<BackendAnswer> call = new CompletableFuture<>();
        calls.put(dispatch.getRequestId(), call);
        return call;
    }

    long open() {
        return calls.values().stream().filter(call -> !call.isDone()).count();
    }

    void answer(String requestId) {
        calls.get(requestId).complete(Samples.answer());
    }

    @Override
    public void close() {}
}
