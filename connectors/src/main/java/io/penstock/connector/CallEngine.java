package io.penstock.connector;

import io.penstock.event.Cancellation;
import io.penstock.event.ErrorClass;
import io.penstock.event.ModelCard;
import io.penstock.schema.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of an attempt: it waits for a slot of its model, is called unless it is too late or cancelled, is called again if
 * that failed and {@link RetryPolicy} allows it, ends once by answer, timeout or cancellation, and gives its slot back when its
 * completion is safe on the broker (so answers are not bought while they cannot be stored).
 *
 * <p>All state belongs to the worker, which runs one task at a time; every method may be called from any thread.
 */
final class CallEngine {
    private static final Logger LOGGER = LoggerFactory.getLogger(CallEngine.class);
    private static final String HELD = "the model's endpoints asked to be left alone until after start_before";
    private static final String FAILS = "too many of the model's last calls failed, so it is not called for now";
    private static final Duration KEEP_CANCELLATIONS = Duration.ofMinutes(15);
    private static final int MAX_CANCELLATIONS = 100_000;
    private static final int REMEMBER_FINISHED = 20_000;

    private final EngineParts parts;
    private final FlowControl flow;
    private final Counters counters;
    private final RetryPolicy retries;
    private final Map<String, ModelQueue> queues = new HashMap<>();
    private final ModelHealths healths;
    private final LiveAttempts live = new LiveAttempts(REMEMBER_FINISHED);
    private final CancelIndex cancelled = new CancelIndex(KEEP_CANCELLATIONS, MAX_CANCELLATIONS);

    CallEngine(EngineParts parts, FlowControl flow, Counters counters) {
        this.parts = parts;
        this.flow = flow;
        this.counters = counters;
        this.retries = new RetryPolicy(parts.random());
        this.healths = new ModelHealths(parts, this::queue);
    }

    void submit(Attempt attempt) {
        flow.added(attempt.partition().topic());
        parts.worker().execute(() -> accept(attempt));
    }

    /** Ends what waits or runs of it, and remembers it for attempts still to be read. */
    void cancel(Cancellation cancellation) {
        Identity identity = new Identity(cancellation.getTenant(), cancellation.getRequestId());
        parts.worker().execute(() -> cancelNow(identity.key(), cancellation));
    }

    /** Ends every waiting attempt that is too late, though no slot comes free, and tries again what has failed. */
    void sweep() {
        parts.worker().execute(() -> {
            for (ModelQueue queue : queues.values()) {
                queue.removeIf(this::isLate, attempt -> {
                    flow.left(attempt.partition().topic());
                    end(attempt, late(attempt));
                });
                queue.removeIf(this::isHopeless, attempt -> {
                    flow.left(attempt.partition().topic());
                    BackendAnswer failure = attempt.takeLastFailure();
                    end(attempt, failure == null ? BackendAnswer.unavailable(HELD) : failure);
                });
            }
            healths.tick().forEach(model -> turnAwayIfOpen(model, queue(model)));
            // Those that were left alone as they asked, or whose breaker is half open now.
            queues.forEach(this::pump);
        });
    }

    /**
     * Tells how all models get on that this dispatcher serves.
     *
     * @param served slugs; whoever is no longer among them is taken back
     */
    void tell(Set<String> served) {
        if (!parts.eventTime()) {
            parts.worker().execute(() -> healths.tell(served));
        }
    }

    /** Forgets the attempts of these partitions that have not started; whoever owns the partitions next reads them. */
    CompletableFuture<Void> drop(Collection<TopicPartition> partitions) {
        Set<TopicPartition> gone = new HashSet<>(partitions);
        return CompletableFuture.runAsync(
                () -> queues.values()
                        .forEach(queue -> queue.removeIf(attempt -> gone.contains(attempt.partition()), attempt -> {
                            flow.left(attempt.partition().topic());
                            leave(attempt);
                        })),
                parts.worker());
    }

    private void leave(Attempt attempt) {
        BackendAnswer failure = attempt.takeLastFailure();
        if (failure == null) {
            forget(attempt);
        } else {
            // Calls were made of it, so it must be told what came of them.
            end(attempt, failure);
        }
    }

    /** Stops every call and publishes nothing of it: the records stay uncommitted and are read again. */
    CompletableFuture<Void> abort() {
        return CompletableFuture.runAsync(
                () -> {
                    for (Attempt attempt : live.all()) {
                        attempt.end();
                        forget(attempt);
                        attempt.abort();
                    }
                },
                parts.worker());
    }

    private void forget(Attempt attempt) {
        live.remove(attempt);
        attempt.releaseEntries();
    }

    private void accept(Attempt attempt) {
        String topic = attempt.partition().topic();
        if (live.hasFinished(attempt.decisionId())) {
            flow.left(topic);
            attempt.finishEntries();
            return;
        }
        Attempt same = live.byDecision(attempt.decisionId());
        if (same != null) {
            flow.left(topic);
            same.absorb(attempt);
            return;
        }
        live.add(attempt);
        ModelQueue queue = queue(attempt.model());
        queue.add(attempt);
        turnAwayIfOpen(attempt.model(), queue);
        pump(attempt.model(), queue);
    }

    /** Another model may do what waits here. */
    private void turnAwayIfOpen(String model, ModelQueue queue) {
        if (healths.isOpen(model)) {
            queue.removeIf(attempt -> true, attempt -> {
                flow.left(attempt.partition().topic());
                BackendAnswer refusal = refusal(attempt);
                BackendAnswer failure = refusal == null ? attempt.takeLastFailure() : refusal;
                end(attempt, failure == null ? BackendAnswer.unavailable(FAILS) : failure);
            });
        }
    }

    private void pump(String model, ModelQueue queue) {
        while (queue.inFlight() < parts.limit(model) && healths.permits(model)) {
            Attempt next = queue.poll();
            if (next == null) {
                return;
            }
            flow.left(next.partition().topic());
            begin(next, queue);
        }
    }

    private void begin(Attempt attempt, ModelQueue queue) {
        BackendAnswer refusal = refusal(attempt);
        if (refusal != null) {
            end(attempt, refusal);
            return;
        }
        ModelCard card = parts.cards().apply(attempt.model());
        Backend backend = card == null ? null : parts.backends().get(card.getBackend());
        if (card == null || backend == null) {
            end(attempt, unserved(attempt, card));
            return;
        }
        EndpointPool.Lease lease = healths.lease(attempt, card);
        if (lease == null) {
            end(attempt, BackendAnswer.unavailable(FAILS));
            return;
        }
        attempt.takeSlot(lease);
        queue.slotTaken();
        counters.started();
        CompletableFuture<BackendAnswer> call = call(backend, attempt, lease.card());
        long timeoutMs = CallLimits.timeoutMs(attempt.dispatch(), card);
        Runnable timer = parts.delay()
                .after(
                        EngineParts.TIMEOUT_GRACE.plusMillis(timeoutMs),
                        () -> parts.worker().execute(() -> {
                            over(attempt, call, BackendAnswer.timedOut(timeoutMs, ""));
                            call.cancel(true);
                        }));
        attempt.running(call, timer);
        CompletableFuture<?> unused = call.whenComplete((answer, error) ->
                parts.worker().execute(() -> over(attempt, call, answer == null ? broken(attempt, error) : answer)));
    }

    private @Nullable BackendAnswer refusal(Attempt attempt) {
        String reason = cancelled.reason(attempt);
        if (reason != null) {
            return BackendAnswer.cancelled(reason, false);
        }
        return isLate(attempt) ? late(attempt) : null;
    }

    private static BackendAnswer late(Attempt attempt) {
        BackendAnswer failure = attempt.takeLastFailure();
        return failure == null
                ? BackendAnswer.notStarted("start_before " + attempt.dispatch().getStartBefore() + " had passed")
                : failure;
    }

    private boolean isLate(Attempt attempt) {
        Instant startBefore = startBefore(attempt);
        return startBefore != null && parts.now(attempt).isAfter(startBefore);
    }

    /** The endpoints want to be left alone until after the attempt must have started. */
    private boolean isHopeless(Attempt attempt) {
        Instant held = healths.heldUntil(attempt.model());
        Instant startBefore = startBefore(attempt);
        return held != null && startBefore != null && held.isAfter(startBefore);
    }

    private static @Nullable Instant startBefore(Attempt attempt) {
        Instant startBefore = attempt.dispatch().getStartBefore();
        // The schema's default, so the writer set no limit.
        return startBefore.equals(Instant.EPOCH) ? null : startBefore;
    }

    private BackendAnswer unserved(Attempt attempt, @Nullable ModelCard card) {
        String message = card == null
                ? "the catalog has no card of model '" + attempt.model() + "'"
                : "model '" + attempt.model() + "' names backend '" + card.getBackend()
                        + "', which this dispatcher does not have; it has "
                        + new TreeSet<>(parts.backends().keySet());
        return BackendAnswer.failed(Failure.retryable(ErrorClass.OTHER, message), Usage.NONE, false, "");
    }

    private static CompletableFuture<BackendAnswer> call(Backend backend, Attempt attempt, ModelCard card) {
        try {
            return backend.call(attempt.dispatch(), card);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static BackendAnswer broken(Attempt attempt, @Nullable Throwable error) {
        if (error instanceof CancellationException) {
            return BackendAnswer.cancelled("stopped", true);
        }
        // A defect of the backend. Its message is not trusted to be free of text.
        String kind = error == null ? "no answer" : error.getClass().getName();
        LOGGER.atError()
                .addKeyValue("model", attempt.model())
                .addKeyValue("reason", kind)
                .log("backend broke its contract");
        Failure failure = Failure.retryable(ErrorClass.OTHER, "the backend failed with " + kind);
        return BackendAnswer.failed(failure, Usage.NONE, true, "");
    }

    private void over(Attempt attempt, CompletableFuture<BackendAnswer> call, BackendAnswer answer) {
        if (!attempt.awaits(call)) {
            return;
        }
        attempt.callOver(answer);
        ModelQueue queue = queue(attempt.model());
        if (healths.changed(attempt.model())) {
            turnAwayIfOpen(attempt.model(), queue);
        }
        boolean mayBeAgain = !parts.eventTime() && !healths.isOpen(attempt.model());
        Duration wait = mayBeAgain ? waitBeforeNext(attempt, answer) : null;
        if (wait == null) {
            end(attempt, answer);
        } else {
            rest(attempt, answer, wait);
        }
        // A breaker that has just closed lets more through than slots come free.
        pump(attempt.model(), queue);
    }

    private @Nullable Duration waitBeforeNext(Attempt attempt, BackendAnswer answer) {
        ModelCard card = parts.cards().apply(attempt.model());
        return card == null
                ? null
                : retries.waitBeforeNext(
                        // Whoever asked to be left alone is, so then there is another endpoint.
                        healths.permits(attempt.model()) ? answer.withoutRetryAfter() : answer,
                        card.getCalls(),
                        attempt.calls(),
                        parts.clock().instant(),
                        startBefore(attempt));
    }

    /** Without its slot, so that others are called meanwhile. */
    private void rest(Attempt attempt, BackendAnswer failed, Duration wait) {
        ModelQueue queue = queue(attempt.model());
        attempt.rest(failed, parts.delay().after(wait, () -> parts.worker().execute(() -> wake(attempt))));
        flow.added(attempt.partition().topic());
        counters.rested();
        queue.rest(attempt);
        queue.slotFreed();
    }

    private void wake(Attempt attempt) {
        ModelQueue queue = queue(attempt.model());
        if (queue.wake(attempt)) {
            pump(attempt.model(), queue);
        }
    }

    private ModelQueue queue(String model) {
        return queues.computeIfAbsent(model, missing -> new ModelQueue());
    }

    private void cancelNow(String identity, Cancellation cancellation) {
        cancelled.add(identity, cancellation, parts.clock().instant());
        for (Attempt attempt : live.matching(identity, cancellation.getDecisionId())) {
            if (attempt.state() == Attempt.State.WAITING) {
                ModelQueue queue = queues.get(attempt.model());
                if (queue != null && queue.remove(attempt)) {
                    flow.left(attempt.partition().topic());
                }
            }
            stop(attempt, BackendAnswer.cancelled(cancellation.getReason(), attempt.hasSlot()));
        }
    }

    private void stop(Attempt attempt, BackendAnswer answer) {
        if (attempt.state() != Attempt.State.ENDED) {
            end(attempt, answer);
            attempt.abort();
        }
    }

    private void end(Attempt attempt, BackendAnswer last) {
        if (attempt.state() == Attempt.State.ENDED) {
            return;
        }
        attempt.callOver(last);
        BackendAnswer answer = attempt.result(last);
        attempt.end();
        CompletableFuture<?> unused = parts.sink()
                .publish(attempt, answer)
                .whenComplete((done, error) -> parts.worker().execute(() -> published(attempt, answer, error)));
    }

    private void published(Attempt attempt, BackendAnswer answer, @Nullable Throwable error) {
        if (error == null) {
            counters.ended(answer.status(), attempt.hasSlot());
            attempt.finishEntries();
            live.finished(attempt);
        } else {
            forget(attempt);
        }
        ModelQueue queue = queues.get(attempt.model());
        if (attempt.hasSlot() && queue != null) {
            queue.slotFreed();
            pump(attempt.model(), queue);
        }
    }
}
