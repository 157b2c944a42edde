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
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of an attempt: it waits for a slot of its model, is called unless it is too late or cancelled, ends once by
 * answer, timeout or cancellation, and gives its slot back when its completion is safe on the broker (so answers are not
 * bought while they cannot be stored).
 *
 * <p>All state belongs to the worker, which runs one task at a time; every method may be called from any thread.
 */
final class CallEngine {
    private static final Logger LOGGER = LoggerFactory.getLogger(CallEngine.class);
    private static final Duration KEEP_CANCELLATIONS = Duration.ofMinutes(15);
    private static final int MAX_CANCELLATIONS = 100_000;
    private static final int REMEMBER_FINISHED = 20_000;

    private final EngineParts parts;
    private final FlowControl flow;
    private final Counters counters;
    private final Map<String, ModelQueue> queues = new HashMap<>();
    private final LiveAttempts live = new LiveAttempts(REMEMBER_FINISHED);
    private final CancelIndex cancelled = new CancelIndex(KEEP_CANCELLATIONS, MAX_CANCELLATIONS);

    CallEngine(EngineParts parts, FlowControl flow, Counters counters) {
        this.parts = parts;
        this.flow = flow;
        this.counters = counters;
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

    /** Ends every waiting attempt that is too late, though no slot comes free. */
    void sweep() {
        parts.worker().execute(() -> {
            for (ModelQueue queue : queues.values()) {
                queue.removeIf(this::isLate, attempt -> {
                    flow.left(attempt.partition().topic());
                    begin(attempt, queue);
                });
            }
        });
    }

    /** Forgets the attempts of these partitions that have not started; whoever owns the partitions next reads them. */
    CompletableFuture<Void> drop(Collection<TopicPartition> partitions) {
        Set<TopicPartition> gone = new HashSet<>(partitions);
        return CompletableFuture.runAsync(
                () -> queues.values()
                        .forEach(queue -> queue.removeIf(attempt -> gone.contains(attempt.partition()), attempt -> {
                            flow.left(attempt.partition().topic());
                            forget(attempt);
                        })),
                parts.worker());
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
        ModelQueue queue = queues.computeIfAbsent(attempt.model(), model -> new ModelQueue());
        queue.add(attempt);
        pump(attempt.model(), queue);
    }

    private void pump(String model, ModelQueue queue) {
        while (queue.inFlight() < parts.limit(model)) {
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
        attempt.takeSlot();
        queue.slotTaken();
        counters.started();
        CompletableFuture<BackendAnswer> call = call(backend, attempt, card);
        long timeoutMs = CallLimits.timeoutMs(attempt.dispatch(), card);
        Runnable timer = parts.delay()
                .after(
                        EngineParts.TIMEOUT_GRACE.plusMillis(timeoutMs),
                        () -> parts.worker().execute(() -> stop(attempt, BackendAnswer.timedOut(timeoutMs, ""))));
        attempt.running(call, timer);
        CompletableFuture<?> unused =
                call.whenComplete((answer, error) -> parts.worker().execute(() -> answered(attempt, answer, error)));
    }

    private @Nullable BackendAnswer refusal(Attempt attempt) {
        String reason = cancelled.reason(attempt);
        if (reason != null) {
            return BackendAnswer.cancelled(reason, false);
        }
        return isLate(attempt)
                ? BackendAnswer.notStarted("start_before " + attempt.dispatch().getStartBefore() + " had passed")
                : null;
    }

    private boolean isLate(Attempt attempt) {
        Instant startBefore = attempt.dispatch().getStartBefore();
        // The schema's default, so the writer set no limit.
        if (startBefore.equals(Instant.EPOCH)) {
            return false;
        }
        return parts.now(attempt).isAfter(startBefore);
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

    private void answered(Attempt attempt, @Nullable BackendAnswer answer, @Nullable Throwable error) {
        if (answer != null) {
            end(attempt, answer);
            return;
        }
        if (attempt.state() != Attempt.State.ENDED) {
            // A defect of the backend. Its message is not trusted to be free of text.
            String kind = error == null ? "no answer" : error.getClass().getName();
            LOGGER.atError()
                    .addKeyValue("model", attempt.model())
                    .addKeyValue("reason", kind)
                    .log("backend broke its contract");
            Failure failure = Failure.retryable(ErrorClass.OTHER, "the backend failed with " + kind);
            end(attempt, BackendAnswer.failed(failure, Usage.NONE, true, ""));
        }
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

    private void end(Attempt attempt, BackendAnswer answer) {
        if (attempt.state() == Attempt.State.ENDED) {
            return;
        }
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
