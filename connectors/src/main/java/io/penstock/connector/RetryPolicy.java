package io.penstock.connector;

import io.penstock.event.CallPolicy;
import io.penstock.event.CompletionStatus;
import io.penstock.event.ErrorClass;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a call is made again within its attempt, and when. A call that certainly did nothing (not connected, told
 * to slow down, refused by an ailing server) may be; one that may have reached the model only if the model's card says that
 * its endpoints honour idempotency keys; everything else never, because it would fail again or cost twice.
 *
 * <p>The wait is the endpoint's Retry-After plus at most a tenth; without one it is drawn from the upper half of an interval
 * that doubles with each call ("equal jitter"), so that callers who failed together do not come back together.
 */
final class RetryPolicy {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final double RETRY_AFTER_JITTER = 0.1;
    private static final int MOST_DOUBLINGS = 6;

    private final RandomGenerator random;

    RetryPolicy(RandomGenerator random) {
        this.random = random;
    }

    /**
     * How long to wait before the next call; null if the attempt ends with this answer.
     *
     * @param calls made so far, this one included
     * @param now when the answer came
     * @param startBefore no call may start later; null = no retry, since there is no lease that covers it
     */
    @Nullable
    Duration waitBeforeNext(
            BackendAnswer answer, CallPolicy policy, int calls, Instant now, @Nullable Instant startBefore) {
        Failure failure = answer.failure();
        if (failure == null
                || startBefore == null
                || calls >= policy.getMaxCalls()
                || !repeatable(answer, failure, policy)) {
            return null;
        }
        Duration wait = wait(failure, calls);
        return now.plus(wait).isAfter(startBefore) ? null : wait;
    }

    private static boolean repeatable(BackendAnswer answer, Failure failure, CallPolicy policy) {
        if (answer.status() == CompletionStatus.CANCELLED || answer.status() == CompletionStatus.NOT_STARTED) {
            return false;
        }
        if (answer.inDoubt()) {
            return policy.getIdempotent() && isPassing(failure.errorClass());
        }
        return failure.errorClass() == ErrorClass.CONNECTION
                || failure.errorClass() == ErrorClass.RATE_LIMITED
                || failure.errorClass() == ErrorClass.SERVER_ERROR;
    }

    /** Of the classes that can be in doubt, those that another call may not meet. */
    private static boolean isPassing(ErrorClass errorClass) {
        return errorClass == ErrorClass.CONNECTION
                || errorClass == ErrorClass.SERVER_ERROR
                || errorClass == ErrorClass.TIMEOUT
                || errorClass == ErrorClass.MALFORMED_ANSWER;
    }

    private Duration wait(Failure failure, int calls) {
        Duration asked = failure.retryAfter();
        if (asked != null) {
            return scaled(asked, 1 + RETRY_AFTER_JITTER * random.nextDouble());
        }
        Duration interval = FIRST.multipliedBy(1L << Math.min(calls - 1, MOST_DOUBLINGS));
        Duration bounded = interval.compareTo(LONGEST) > 0 ? LONGEST : interval;
        return scaled(bounded, (1 + random.nextDouble()) / 2);
    }

    private static Duration scaled(Duration time, double factor) {
        return Duration.ofNanos(Math.round(time.toNanos() * factor));
    }
}
