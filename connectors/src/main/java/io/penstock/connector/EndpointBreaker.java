package io.penstock.connector;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.penstock.event.BreakerState;
import io.penstock.event.CompletionStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * The circuit breaker of one endpoint, on resilience4j's state machine: it opens when 60 % of the last 20 calls failed (10 at
 * least), lets {@value #PROBES} calls through after 5 s, then 10 s, 20 s, 40 s, 60 s, each up to a tenth more or less, and closes
 * unless both fail. Worker thread only.
 */
final class EndpointBreaker {
    static final int PROBES = 2;
    private static final int WINDOW = 20;
    private static final int LEAST_CALLS = 10;
    private static final float FAILURE_PERCENT = 60;
    private static final Duration FIRST_OPEN = Duration.ofSeconds(5);
    private static final Duration LONGEST_OPEN = Duration.ofSeconds(60);
    private static final double JITTER = 0.1;

    private final CircuitBreaker breaker;
    private final Exception failed = new CallFailedException();
    private int period;

    private static final class CallFailedException extends Exception {
        private static final long serialVersionUID = 1L;

        CallFailedException() {
            super("the call failed", null, false, false);
        }
    }

    /** What an answer says of the endpoint. */
    private enum Sign {
        WELL,
        ILL,
        NONE
    }

    /** @param always true = never opens */
    EndpointBreaker(String name, InstantSource clock, boolean always) {
        CircuitBreakerConfig config = CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(LEAST_CALLS)
                .failureRateThreshold(FAILURE_PERCENT)
                .permittedNumberOfCallsInHalfOpenState(PROBES)
                .waitIntervalFunctionInOpenState(
                        IntervalFunction.ofExponentialRandomBackoff(FIRST_OPEN, 2, JITTER, LONGEST_OPEN))
                .clock(clock.withZone(ZoneOffset.UTC))
                .build();
        this.breaker = CircuitBreaker.of(name, config);
        breaker.getEventPublisher().onStateTransition(event -> period++);
        if (always) {
            breaker.transitionToDisabledState();
        }
    }

    /** Whether a call may be made now; if so its result must be told to {@link #ended}. */
    boolean acquire() {
        return breaker.tryAcquirePermission();
    }

    /** Whether {@link #acquire} would succeed. An open breaker whose time is over becomes half open. */
    boolean permits() {
        boolean permitted = breaker.tryAcquirePermission();
        if (permitted) {
            breaker.releasePermission();
        }
        return permitted;
    }

    /** Changes with the state: the end of a call that began in another one says nothing about this one. */
    int period() {
        return period;
    }

    /** @param begun the period when the call was allowed */
    void ended(int begun, BackendAnswer answer) {
        if (begun != period) {
            return;
        }
        switch (sign(answer)) {
            case WELL -> breaker.onSuccess(0, TimeUnit.NANOSECONDS);
            case ILL -> breaker.onError(0, TimeUnit.NANOSECONDS, failed);
            case NONE -> breaker.releasePermission();
        }
    }

    /** The call that was allowed is not made after all. */
    void release(int begun) {
        if (begun == period) {
            breaker.releasePermission();
        }
    }

    BreakerState state() {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> BreakerState.OPEN;
            case HALF_OPEN -> BreakerState.HALF_OPEN;
            case CLOSED, DISABLED, METRICS_ONLY -> BreakerState.CLOSED;
        };
    }

    private static Sign sign(BackendAnswer answer) {
        Failure failure = answer.failure();
        if (failure == null) {
            return Sign.WELL;
        }
        if (answer.status() == CompletionStatus.CANCELLED || answer.status() == CompletionStatus.NOT_STARTED) {
            return Sign.NONE;
        }
        return switch (failure.errorClass()) {
            case SERVER_ERROR, CONNECTION, TIMEOUT, UNAUTHORIZED, MALFORMED_ANSWER, OTHER -> Sign.ILL;
            // It works, only not for this request.
            case BAD_REQUEST, CONTENT_FILTER, TOO_LARGE, NOT_RECORDED -> Sign.WELL;
            // Busy is not ill.
            case RATE_LIMITED, LATE, CANCELLED, UNAVAILABLE, NONE -> Sign.NONE;
        };
    }
}
