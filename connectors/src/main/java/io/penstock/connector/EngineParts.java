package io.penstock.connector;

import io.penstock.event.ModelCard;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the engine works with.
 *
 * @param cards the catalog's card of a model; null if it has none. Called from any thread
 * @param backends by the name that {@code ModelCard.backend} gives
 * @param sink where results go
 * @param states where it tells which models fail
 * @param worker runs tasks one after the other, never inside {@code execute}
 * @param delay for call timeouts
 * @param clock for start-before
 * @param maxInFlight calls a model may have at once, above which its card has no say
 * @param eventTime true = the time is that of the record, so that a replay of a log does not depend on when it runs;
 *     nothing that hangs on the time of day happens then, repeated calls among it
 * @param random for the jitter of waits
 */
record EngineParts(
        Function<String, @Nullable ModelCard> cards,
        Map<String, Backend> backends,
        CompletionSink sink,
        StateSink states,
        Executor worker,
        Delay delay,
        InstantSource clock,
        int maxInFlight,
        boolean eventTime,
        RandomGenerator random) {
    /** Backends end their calls themselves; this much later the engine does it for one that forgot. */
    static final Duration TIMEOUT_GRACE = Duration.ofMillis(250);

    EngineParts {
        backends = Map.copyOf(backends);
    }

    Instant now(Attempt attempt) {
        return eventTime ? attempt.recordTime() : clock.instant();
    }

    /** Calls the model may have in flight, &gt;= 1. */
    int limit(String slug) {
        ModelCard card = cards.apply(slug);
        return card == null || card.getMaxInFlight() <= 0 ? maxInFlight : Math.min(maxInFlight, card.getMaxInFlight());
    }
}
