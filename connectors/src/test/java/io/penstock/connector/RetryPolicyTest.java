package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.CallPolicy;
import io.penstock.event.ErrorClass;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    private static final Instant LATER = Samples.NOW.plusSeconds(3_600);

    private final RetryPolicy retries = new RetryPolicy(new Random(1));

    private static CallPolicy policy(int maxCalls, boolean idempotent) {
        return new CallPolicy(maxCalls, idempotent);
    }

    private static BackendAnswer failed(ErrorClass errorClass, boolean inDoubt, @Nullable Duration retryAfter) {
        Failure failure = new Failure(errorClass, "it failed", true, retryAfter);
        return BackendAnswer.failed(failure, Usage.NONE, inDoubt, "fake");
    }

    @ParameterizedTest
    @CsvSource({
        // class, in doubt, repeated by whom honours keys not, repeated by whom does
        "CONNECTION, false, true, true",
        "CONNECTION, true, false, true",
        "RATE_LIMITED, false, true, true",
        "SERVER_ERROR, false, true, true",
        "SERVER_ERROR, true, false, true",
        "TIMEOUT, true, false, true",
        "MALFORMED_ANSWER, true, false, true",
        "MALFORMED_ANSWER, false, false, false",
        "TOO_LARGE, true, false, false",
        "BAD_REQUEST, false, false, false",
        "UNAUTHORIZED, false, false, false",
        "CONTENT_FILTER, false, false, false",
        "NOT_RECORDED, false, false, false",
        "OTHER, true, false, false",
    })
    void shouldRepeatOnlyWhatIsSafe(ErrorClass errorClass, boolean inDoubt, boolean plain, boolean honouring) {
        BackendAnswer answer = failed(errorClass, inDoubt, null);

        assertThat(retries.waitBeforeNext(answer, policy(3, false), 1, Samples.NOW, LATER) != null)
                .isEqualTo(plain);
        assertThat(retries.waitBeforeNext(answer, policy(3, true), 1, Samples.NOW, LATER) != null)
                .isEqualTo(honouring);
    }

    @Test
    void shouldNotRepeatSuccessOrCancellation() {
        CallPolicy policy = policy(3, true);

        assertThat(retries.waitBeforeNext(Samples.answer(), policy, 1, Samples.NOW, LATER))
                .isNull();
        assertThat(retries.waitBeforeNext(BackendAnswer.cancelled("client", true), policy, 1, Samples.NOW, LATER))
                .isNull();
    }

    @Test
    void shouldStopAtTheCallsOfTheCardAndWithoutALease() {
        BackendAnswer answer = failed(ErrorClass.SERVER_ERROR, false, null);

        assertThat(retries.waitBeforeNext(answer, policy(3, false), 2, Samples.NOW, LATER))
                .isNotNull();
        assertThat(retries.waitBeforeNext(answer, policy(3, false), 3, Samples.NOW, LATER))
                .isNull();
        assertThat(retries.waitBeforeNext(answer, policy(3, false), 1, Samples.NOW, null))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 1_000, 30_000})
    void shouldObeyRetryAfterWithinATenth(long millis) {
        BackendAnswer answer = failed(ErrorClass.RATE_LIMITED, false, Duration.ofMillis(millis));

        for (int i = 0; i < 1_000; i++) {
            assertThat(retries.waitBeforeNext(answer, policy(3, false), 1, Samples.NOW, LATER))
                    .isBetween(Duration.ofMillis(millis), Duration.ofMillis(millis * 11 / 10));
        }
    }

    @Test
    void shouldGiveUpAtOnceWhenRetryAfterIsBeyondTheLease() {
        BackendAnswer answer = failed(ErrorClass.RATE_LIMITED, false, Duration.ofSeconds(30));

        assertThat(retries.waitBeforeNext(answer, policy(3, false), 1, Samples.NOW, Samples.NOW.plusSeconds(29)))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"1, 100, 200", "2, 200, 400", "3, 400, 800", "6, 3200, 6400", "7, 5000, 10000", "90, 5000, 10000"})
    void shouldWaitLongerEachTimeWithJitter(int calls, long least, long most) {
        BackendAnswer answer = failed(ErrorClass.SERVER_ERROR, false, null);
        long smallest = Long.MAX_VALUE;
        long largest = 0;

        for (int i = 0; i < 1_000; i++) {
            long wait = retries.waitBeforeNext(answer, policy(100, false), calls, Samples.NOW, LATER)
                    .toMillis();
            smallest = Math.min(smallest, wait);
            largest = Math.max(largest, wait);
        }

        assertThat(smallest).isBetween(least, least + (most - least) / 20);
        assertThat(largest).isBetween(most - (most - least) / 20, most);
    }
}
