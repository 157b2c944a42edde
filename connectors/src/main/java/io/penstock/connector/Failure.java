package io.penstock.connector;

import io.penstock.event.ErrorClass;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a call gave no answer.
 *
 * @param errorClass never NONE
 * @param message what went wrong and what would be right, without any text of prompt or answer, and without secrets
 * @param retryable whether another attempt, on another model, may succeed
 * @param retryAfter how long the endpoint asks to be left alone; null if it did not say
 */
public record Failure(
        ErrorClass errorClass,
        String message,
        boolean retryable,
        @Nullable Duration retryAfter) {

    public Failure {
        if (errorClass == ErrorClass.NONE) {
            throw new IllegalArgumentException("a failure needs an error class other than NONE");
        }
    }

    /** The same without what the endpoint asked for. */
    Failure withoutRetryAfter() {
        return new Failure(errorClass, message, retryable, null);
    }

    /** A failure that another model may not have. */
    public static Failure retryable(ErrorClass errorClass, String message) {
        return new Failure(errorClass, message, true, null);
    }

    /** A failure that would come again. */
    public static Failure lasting(ErrorClass errorClass, String message) {
        return new Failure(errorClass, message, false, null);
    }
}
