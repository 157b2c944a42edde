package io.penstock.connector;

import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Dispatch;
import io.penstock.event.ErrorClass;
import io.penstock.event.FailedCall;
import io.penstock.event.Feedback;
import java.time.Instant;
import java.util.HashMap;

/** Turns an attempt and its answer into the events that tell of it. Pure. */
final class Completions {
    private Completions() {}

    static Completion of(Attempt attempt, BackendAnswer answer, String dispatcher, Instant finishedAt) {
        Dispatch dispatch = attempt.dispatch();
        Usage usage = answer.usage();
        Failure failure = answer.failure();
        return Completion.newBuilder()
                .setDecisionId(dispatch.getDecisionId())
                .setTenant(dispatch.getTenant())
                .setRequestId(dispatch.getRequestId())
                .setAttempt(dispatch.getAttempt())
                .setModel(dispatch.getModel())
                .setStatus(answer.status())
                .setAnswer(answer.answer())
                .setFinishReason(answer.finishReason())
                .setInputTokens(usage.inputTokens())
                .setOutputTokens(usage.outputTokens())
                .setCostNanos(usage.costNanos())
                .setLatencyMs(usage.latencyMs())
                .setFirstTokenMs(usage.firstTokenMs())
                .setEnergyJoules(usage.energyJoules())
                .setConfidence(new HashMap<>(answer.confidence()))
                .setErrorClass(failure == null ? ErrorClass.NONE : failure.errorClass())
                .setErrorMessage(failure == null ? null : failure.message())
                .setRetryable(failure != null && failure.retryable())
                .setInDoubt(answer.inDoubt())
                .setEndpoint(answer.endpoint())
                .setDispatcher(dispatcher)
                .setFinishedAt(finishedAt)
                .setCalls(attempt.calls())
                .setFailedCalls(
                        attempt.failedCalls().stream().map(Completions::failed).toList())
                .build();
    }

    private static FailedCall failed(BackendAnswer call) {
        Failure failure = call.failure();
        return FailedCall.newBuilder()
                .setEndpoint(call.endpoint())
                .setErrorClass(failure == null ? ErrorClass.OTHER : failure.errorClass())
                .setInDoubt(call.inDoubt())
                .setLatencyMs(call.usage().latencyMs())
                .build();
    }

    /** The same without its text, since the event has more bytes than its topic takes. Its cost stays. */
    static Completion tooLarge(Completion completion, long bytes, long limit) {
        return Completion.newBuilder(completion)
                .setStatus(CompletionStatus.FAILED)
                .setAnswer(null)
                .setErrorClass(ErrorClass.TOO_LARGE)
                .setErrorMessage("the completion has " + bytes + " bytes, more than the " + limit + " that fit")
                .setRetryable(false)
                .build();
    }

    /** A recorded verdict as feedback; its id makes a repeated call's verdict the same one. */
    static Feedback feedback(Dispatch dispatch, double quality, Instant at) {
        return Feedback.newBuilder()
                .setFeedbackId("recorded:" + dispatch.getDecisionId())
                .setRequestId(dispatch.getRequestId())
                .setTenant(dispatch.getTenant())
                .setSource("recorded")
                .setKind("quality")
                .setValue(quality)
                .setSamplingProbability(1.0)
                .setEventTime(at)
                .setDecisionId(dispatch.getDecisionId())
                .build();
    }
}
