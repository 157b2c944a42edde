package io.penstock.topology.join;

import io.penstock.event.Completion;
import io.penstock.event.ResponseKind;
import io.penstock.event.RouteEventKind;
import io.penstock.schema.Identity;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a life ends, and when it gets another attempt instead. Every terminal response is made here. */
final class EndRules {
    /** The reason of a request whose time is over, also in decisions of route. */
    static final String EXPIRED = "expired";

    private EndRules() {}

    /**
     * An end without an answer.
     *
     * @param reason a word to count by
     * @param decisionId the decision that ended it; null = that of the last attempt
     */
    record End(
            ResponseKind kind,
            String reason,
            String detail,
            @Nullable String decisionId) {}

    /**
     * Why the attempt in flight is over.
     *
     * @param exclude the model that must not be chosen again; null = none
     */
    record Failure(String reason, String detail, @Nullable String exclude, boolean retryable) {}

    static void answer(Step step, State.Open open, Attempt attempt, Completion completion) {
        respond(step, open, attempt, completion, null);
        step.emit(Records.completed(attempt.basis(), completion));
        close(step, open, attempt);
    }

    /** With the surest of the answers that were passed over; learning knows already what it took. */
    static void answerKept(Step step, State.Open open) {
        Ladder ladder = Objects.requireNonNull(open.request().ladder());
        Completion kept = Objects.requireNonNull(ladder.kept());
        Attempt attempt = Objects.requireNonNull(open.request().attempt(kept.getDecisionId()));
        step.count("join.low-confidence-answer");
        respond(step, open, attempt, kept, ladder);
        close(step, open, attempt);
    }

    private static void close(Step step, State.Open open, Attempt attempt) {
        cancelRunning(step, open.request(), "answered");
        step.become(open.toClosed(ResponseKind.ANSWERED, attempt, step.now()));
    }

    private static void respond(
            Step step, State.Open open, Attempt attempt, Completion completion, @Nullable Ladder missed) {
        OpenRequest request = open.request();
        Identity identity =
                new Identity(request.address().tenant(), request.address().requestId());
        double audit = step.weights().auditProbability(identity);
        step.emit(Records.answered(request, attempt, new Records.Answer(completion, missed, audit), step.now()));
        step.emit(request.address()
                .event(
                        RouteEventKind.SETTLE,
                        attempt.number(),
                        "answered",
                        null,
                        request.unreportedNanos(),
                        request.inDoubtNanos()));
    }

    static void end(Step step, State.Open open, End end) {
        OpenRequest request = open.request();
        Ladder ladder = request.ladder();
        if (ladder != null && ladder.kept() != null && end.kind() != ResponseKind.CANCELLED) {
            answerKept(step, open);
            return;
        }
        step.emit(Records.ended(request, end, step.now()));
        if (end.kind() != ResponseKind.REJECTED) {
            // A rejection is route's own decision: it keeps nothing that could be closed.
            step.emit(request.address()
                    .event(
                            RouteEventKind.CLOSE,
                            request.lastNumber(),
                            end.reason(),
                            null,
                            request.unreportedNanos(),
                            request.inDoubtNanos()));
        }
        cancelRunning(step, request, end.reason());
        step.become(open.toClosed(end.kind(), null, step.now()));
    }

    /** After the end of the attempt in flight: another attempt if it may help and there is time, else the end. */
    static void retryOrEnd(Step step, State.InFlight inFlight, Failure failure) {
        State.InFlight failed = inFlight.with(inFlight.request().failed(failure.reason()));
        OpenRequest request = failed.request();
        if (step.now() >= request.expiresAt()) {
            end(step, failed, new End(ResponseKind.EXPIRED, EXPIRED, "last attempt: " + failure.reason(), null));
        } else if (failure.retryable() && request.lastNumber() < step.settings().defaultMaxAttempts()) {
            step.count("join.reroute");
            step.emit(request.address()
                    .event(
                            RouteEventKind.REROUTE,
                            request.lastNumber(),
                            failure.reason(),
                            failure.exclude(),
                            request.unreportedNanos(),
                            request.inDoubtNanos()));
            long decideBy = Timer.after(step.now(), step.settings().parking().toMillis());
            step.become(failed.with(request.reported()).toRerouting(decideBy));
        } else {
            end(step, failed, new End(ResponseKind.FAILED, failure.reason(), failure.detail(), null));
        }
    }

    static void cancel(Step step, String reason) {
        if (step.state() instanceof State.Unknown) {
            step.hold(new Event.CancelSeen(reason));
        } else if (step.state() instanceof State.Open open) {
            end(step, open, new End(ResponseKind.CANCELLED, "cancelled", reason, null));
        } else {
            step.count("join.cancel-after-end");
        }
    }

    private static void cancelRunning(Step step, OpenRequest request, String reason) {
        for (Attempt attempt : request.attempts()) {
            if (attempt.running()) {
                step.emit(Records.cancel(request.address(), attempt.decisionId(), reason, step.now()));
            }
        }
    }
}
