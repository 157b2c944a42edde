package io.penstock.connector;

import io.penstock.schema.EventCodec;
import io.penstock.schema.RegistryUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks unknown writer schemas up off the poll thread, for as long as the registry is down. Thread-safe. */
final class SchemaWaiter {
    private static final Logger LOGGER = LoggerFactory.getLogger(SchemaWaiter.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final EventCodec codec;
    private final Executor lookups;
    private final Delay delay;
    private final Map<Integer, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();

    /** @param lookups may block */
    SchemaWaiter(EventCodec codec, Executor lookups, Delay delay) {
        this.codec = codec;
        this.lookups = lookups;
        this.delay = delay;
    }

    /** Completes when the codec knows the schema, or knows that there is none. */
    CompletableFuture<Void> resolve(int schemaId) {
        return waiting.computeIfAbsent(schemaId, id -> {
            CompletableFuture<Void> known = new CompletableFuture<>();
            lookups.execute(() -> lookUp(id, known));
            return known;
        });
    }

    private void lookUp(int schemaId, CompletableFuture<Void> known) {
        try {
            codec.resolve(schemaId);
            known.complete(null);
        } catch (RegistryUnavailableException e) {
            LOGGER.atWarn()
                    .addKeyValue("schemaId", schemaId)
                    .addKeyValue("reason", e.getMessage())
                    .log("waiting for the schema registry");
            Runnable unused = delay.after(RETRY, () -> lookups.execute(() -> lookUp(schemaId, known)));
        }
    }
}
