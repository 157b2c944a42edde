package io.penstock.connector;

import io.penstock.event.CompletionStatus;
import io.penstock.event.ErrorClass;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of one call: an answer, or a failure as a value.
 *
 * @param status SUCCESS exactly when {@code failure} is null
 * @param answer the model's text; null if it failed
 * @param finishReason stop, length, tool_calls, content_filter, or what the endpoint says
 * @param usage what it used, as far as known
 * @param confidence named signals of how sure the model was, such as mean_token_logprob
 * @param failure why there is no answer
 * @param inDoubt true if the call may have cost something that {@code usage} does not know
 * @param endpoint who answered, without credentials or query
 * @param quality a recorded verdict in [0, 1], published as feedback; null for real models
 */
public record BackendAnswer(
        CompletionStatus status,
        @Nullable String answer,
        @Nullable String finishReason,
        Usage usage,
        Map<String, Double> confidence,
        @Nullable Failure failure,
        boolean inDoubt,
        String endpoint,
        @Nullable Double quality) {

    public BackendAnswer {
        if ((status == CompletionStatus.SUCCESS) != (failure == null)) {
            throw new IllegalArgumentException("status " + status + " with failure " + failure
                    + ": SUCCESS has no failure, every other status has one");
        }
        if (quality != null && !(quality >= 0 && quality <= 1)) {
            throw new IllegalArgumentException("quality " + quality + " must be in [0, 1]");
        }
        confidence = Map.copyOf(confidence);
    }

    /** A complete answer of known cost. */
    public static BackendAnswer success(String answer, @Nullable String finishReason, Usage usage, String endpoint) {
        return new BackendAnswer(
                CompletionStatus.SUCCESS, answer, finishReason, usage, Map.of(), null, false, endpoint, null);
    }

    /** A call that failed. */
    public static BackendAnswer failed(Failure failure, Usage usage, boolean inDoubt, String endpoint) {
        return withoutAnswer(CompletionStatus.FAILED, failure, usage, inDoubt, endpoint);
    }

    /** A call that was not over in time; in doubt, since the model may still be at it. */
    public static BackendAnswer timedOut(long timeoutMs, String endpoint) {
        Failure failure = Failure.retryable(ErrorClass.TIMEOUT, "no complete answer within " + timeoutMs + " ms");
        return withoutAnswer(CompletionStatus.TIMEOUT, failure, Usage.afterMs((double) timeoutMs), true, endpoint);
    }

    /** A call that was stopped; in doubt if it had begun. */
    public static BackendAnswer cancelled(String reason, boolean begun) {
        Failure failure = Failure.lasting(ErrorClass.CANCELLED, reason);
        return withoutAnswer(CompletionStatus.CANCELLED, failure, Usage.NONE, begun, "");
    }

    static BackendAnswer notStarted(String reason) {
        Failure failure = Failure.retryable(ErrorClass.LATE, reason);
        return withoutAnswer(CompletionStatus.NOT_STARTED, failure, Usage.NONE, false, "");
    }

    /** Not called, and it would be of no use to wait. */
    static BackendAnswer unavailable(String reason) {
        Failure failure = Failure.retryable(ErrorClass.UNAVAILABLE, reason);
        return withoutAnswer(CompletionStatus.NOT_STARTED, failure, Usage.NONE, false, "");
    }

    private static BackendAnswer withoutAnswer(
            CompletionStatus status, Failure failure, Usage usage, boolean inDoubt, String endpoint) {
        return new BackendAnswer(status, null, null, usage, Map.of(), failure, inDoubt, endpoint, null);
    }

    /** The same with confidence signals. */
    public BackendAnswer withConfidence(Map<String, Double> signals) {
        return new BackendAnswer(status, answer, finishReason, usage, signals, failure, inDoubt, endpoint, quality);
    }

    /** The same with a recorded verdict. */
    public BackendAnswer withQuality(double verdict) {
        return new BackendAnswer(status, answer, finishReason, usage, confidence, failure, inDoubt, endpoint, verdict);
    }

    /** The same without what the endpoint asked for. */
    BackendAnswer withoutRetryAfter() {
        Failure plain = failure == null ? null : failure.withoutRetryAfter();
        return new BackendAnswer(status, answer, finishReason, usage, confidence, plain, inDoubt, endpoint, quality);
    }

    /** The same, marked as of unknown cost. */
    public BackendAnswer withDoubt() {
        return new BackendAnswer(status, answer, finishReason, usage, confidence, failure, true, endpoint, quality);
    }

    /** Everything but the text. */
    @Override
    public String toString() {
        int length = Objects.requireNonNullElse(answer, "").length();
        return "BackendAnswer[" + status + ", " + length + " characters, finishReason=" + finishReason + ", " + usage
                + ", confidence=" + confidence + ", " + failure + ", inDoubt=" + inDoubt + ", endpoint=" + endpoint
                + ", quality=" + quality + "]";
    }
}
