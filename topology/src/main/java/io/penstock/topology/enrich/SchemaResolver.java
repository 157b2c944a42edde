package io.penstock.topology.enrich;

import io.penstock.schema.EventCodec;
import io.penstock.schema.RegistryUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the registry for writer schemas that are unknown here, on a thread of its own: a stream thread never waits for
 * the registry while it polls. An id the registry does not know is remembered as such, and its records go to dead
 * letters; while the registry is down the answer is awaited and nothing is dropped. One per process, shared by all tasks.
 */
public final class SchemaResolver implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SchemaResolver.class);
    private static final long RETRY_MILLIS = 500;

    private final EventCodec codec;
    private final ConcurrentMap<Integer, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();
    private final AtomicBoolean reachable = new AtomicBoolean(true);
    private final ExecutorService thread;

    public SchemaResolver(EventCodec codec) {
        this.codec = codec;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, "penstock-schema-resolver");
            worker.setDaemon(true);
            return worker;
        });
    }

    /** Completes when the id is known, or known not to exist. */
    public CompletableFuture<Void> resolve(int id) {
        return asked.computeIfAbsent(id, missing -> {
            CompletableFuture<Void> answer = new CompletableFuture<>();
            thread.execute(() -> ask(missing, answer));
            return answer;
        });
    }

    /** False while the registry does not answer. */
    public boolean reachable() {
        return reachable.get();
    }

    private void ask(int id, CompletableFuture<Void> answer) {
        try {
            codec.resolve(id);
            reachable.set(true);
            asked.remove(id);
            answer.complete(null);
        } catch (RegistryUnavailableException e) {
            if (reachable.getAndSet(false)) {
                LOGGER.atWarn()
                        .addKeyValue("schemaId", id)
                        .addKeyValue("error", e.getMessage())
                        .log("Schema registry does not answer; records wait for it");
            }
            CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, thread)
                    .execute(() -> ask(id, answer));
        } catch (RuntimeException e) {
            asked.remove(id);
            answer.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
