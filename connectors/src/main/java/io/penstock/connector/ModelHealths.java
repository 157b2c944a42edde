package io.penstock.connector;

import io.penstock.event.BreakerState;
import io.penstock.event.ModelCard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The endpoint pools of all models, and who is told when a model's breaker opens or closes. Worker thread only. */
final class ModelHealths {
    private static final Logger LOGGER = LoggerFactory.getLogger(ModelHealths.class);

    private final EngineParts parts;
    private final Function<String, ModelQueue> queues;
    private final Map<String, Health> healths = new HashMap<>();
    private Set<String> told = Set.of();

    private static final class Health {
        private final EndpointPool pool;
        private BreakerState last = BreakerState.CLOSED;

        Health(EndpointPool pool) {
            this.pool = pool;
        }
    }

    ModelHealths(EngineParts parts, Function<String, ModelQueue> queues) {
        this.parts = parts;
        this.queues = queues;
    }

    private Health health(String model) {
        return healths.computeIfAbsent(model, slug -> new Health(new EndpointPool(parts.clock(), parts.eventTime())));
    }

    /** Null if no endpoint of the model may be called now. */
    EndpointPool.@Nullable Lease lease(Attempt attempt, ModelCard card) {
        EndpointPool pool = health(attempt.model()).pool;
        pool.use(card);
        long prefix = pool.size() > 1 ? PromptPrefix.hash(attempt.dispatch()) : 0;
        return pool.lease(prefix, attempt.lastLease());
    }

    /** Whether an attempt may begin. One of a model without a card may: it ends at once. */
    boolean permits(String model) {
        ModelCard card = parts.cards().apply(model);
        if (card == null) {
            return true;
        }
        EndpointPool pool = health(model).pool;
        pool.use(card);
        return pool.permits();
    }

    boolean isOpen(String model) {
        Health health = healths.get(model);
        return health != null && health.pool.state() == BreakerState.OPEN;
    }

    /** When the model may be called again, if it has asked to be left alone; null if it has not. */
    @Nullable
    Instant heldUntil(String model) {
        Health health = healths.get(model);
        return health == null ? null : health.pool.heldUntil();
    }

    /** Whether the model's breaker is in another state than when this was last asked; then routers are told. */
    boolean changed(String model) {
        Health health = health(model);
        BreakerState state = health.pool.state();
        if (state == health.last) {
            return false;
        }
        LOGGER.atLevel(state == BreakerState.CLOSED ? Level.INFO : Level.WARN)
                .addKeyValue("model", model)
                .addKeyValue("from", health.last)
                .addKeyValue("to", state)
                .log("breaker of the model");
        health.last = state;
        if (!parts.eventTime()) {
            tell(model);
        }
        return true;
    }

    /** Lets time pass for the breakers; gives the models that may be called again, or not any more. */
    List<String> tick() {
        List<String> changed = new ArrayList<>();
        healths.forEach((model, health) -> {
            ModelCard card = parts.cards().apply(model);
            if (card != null) {
                health.pool.use(card);
            }
            health.pool.tick();
            if (changed(model)) {
                changed.add(model);
            }
        });
        return changed;
    }

    void tell(Set<String> served) {
        Set<String> gone = new TreeSet<>(told);
        gone.removeAll(served);
        gone.forEach(parts.states()::forget);
        told = Set.copyOf(served);
        served.forEach(this::tell);
    }

    private void tell(String model) {
        ModelQueue queue = queues.apply(model);
        parts.states()
                .tell(health(model)
                        .pool
                        .describe()
                        .setModel(model)
                        .setInFlight(queue.inFlight())
                        .setWaiting(queue.size()));
    }
}
