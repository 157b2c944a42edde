package io.penstock.app.gateway;

import io.penstock.event.Response;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The requests that clients of this gateway wait for, at most so many. Thread-safe. */
final class OpenRequests {
    private final int most;
    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, Open> open = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    OpenRequests(int most) {
        this.most = most;
    }

    /** How the waiting for a request ended. */
    enum End {
        /** Its terminal event is there. */
        RESPONSE,
        /** The time that the gateway waits is over; the request may still be answered. */
        TIME_OUT,
        /** The gateway is being stopped; the request may still be answered. */
        STOPPING,
        /** The client has left. */
        GONE,
        /** Kafka did not confirm that it has the request. */
        NOT_PUBLISHED,
        /** The request is larger than its topic takes. */
        TOO_LARGE
    }

    /** @param response null unless the end is RESPONSE */
    record Ending(End end, @Nullable Response response) {
        @Override
        public String toString() {
            return end.toString();
        }
    }

    /** A request that is waited for. */
    static final class Open {
        private final String requestId;
        private final String tenant;
        private final long dueNanos;
        private final ClientWatch client;
        private final CompletableFuture<Ending> ending = new CompletableFuture<>();
        private volatile @Nullable SseAnswer stream;

        private Open(String requestId, String tenant, long dueNanos, ClientWatch client) {
            this.requestId = requestId;
            this.tenant = tenant;
            this.dueNanos = dueNanos;
            this.client = client;
        }

        String requestId() {
            return requestId;
        }

        String tenant() {
            return tenant;
        }

        ClientWatch client() {
            return client;
        }

        /** Completes once, on any thread. */
        CompletableFuture<Ending> ending() {
            return ending;
        }

        void end(End end) {
            ending.complete(new Ending(end, null));
        }

        /** The answer is streamed; null = it is not. */
        void follow(@Nullable SseAnswer answer) {
            stream = answer;
        }

        @Nullable
        SseAnswer stream() {
            return stream;
        }

        /** Ends the waiting if its time is over or nobody waits any more. */
        void check(long nowNanos) {
            if (ending.isDone()) {
                return;
            }
            if (client.isGone()) {
                end(End.GONE);
            } else if (nowNanos - dueNanos > 0) {
                end(End.TIME_OUT);
            }
        }
    }

    /**
     * Adds a request, which counts until {@link #written}.
     *
     * @throws ApiException 429 if too many are open, 503 if the gateway is being stopped
     */
    Open add(String requestId, String tenant, long dueNanos, ClientWatch client) {
        if (count.incrementAndGet() > most) {
            count.decrementAndGet();
            throw ApiException.tooMany(
                    "too_many_in_flight",
                    "this gateway already waits for " + most + " requests",
                    Duration.ofSeconds(1));
        }
        Open added = new Open(requestId, tenant, dueNanos, client);
        open.put(requestId, added);
        CompletableFuture<?> unused = added.ending().whenComplete((ending, error) -> {
            open.remove(requestId);
        });
        if (stopping) {
            added.ending().cancel(false);
            written();
            throw stoppingError();
        }
        return added;
    }

    /** The exchange of a request that was added is over. Call it once for each. */
    void written() {
        count.decrementAndGet();
    }

    static ApiException stoppingError() {
        return ApiException.unavailable("gateway_stopping", "this gateway is being stopped; ask again");
    }

    /** Hands a terminal event to who waits for it; false if nobody here does. */
    boolean answer(Response response) {
        Open waiting = open.get(response.getRequestId());
        // Another tenant may have sent a request of the same id, with our slot as its reply-to.
        return waiting != null
                && waiting.tenant().equals(response.getTenant())
                && waiting.ending().complete(new Ending(End.RESPONSE, response));
    }

    boolean isOpen(String requestId, String tenant) {
        Open waiting = open.get(requestId);
        return waiting != null && waiting.tenant().equals(tenant);
    }

    Collection<Open> all() {
        return List.copyOf(open.values());
    }

    /** How many exchanges are not over. */
    int size() {
        return count.get();
    }

    boolean isStopping() {
        return stopping;
    }

    /** From now on none is added. */
    void stop() {
        stopping = true;
    }
}
