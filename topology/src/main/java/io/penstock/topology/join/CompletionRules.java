package io.penstock.topology.join;

import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.ErrorClass;
import io.penstock.event.ResponseKind;
import io.penstock.event.RouteEventKind;
import io.penstock.topology.Hash64;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the result of an attempt does: answers, asks route for another attempt, ends the request, or only settles. */
final class CompletionRules {
    private CompletionRules() {}

    /** Whether a completion of the decision can be applied. */
    static boolean knows(State state, String decisionId) {
        if (state instanceof State.Open open) {
            OpenRequest request = open.request();
            return request.attempt(decisionId) != null || find(request.voided(), decisionId) != null;
        }
        return state instanceof Closed closed
                && (closed.attempt(decisionId) != null || find(closed.voided(), decisionId) != null);
    }

    static void apply(Step step, Completion completion) {
        if (!knows(step.state(), completion.getDecisionId())) {
            step.hold(new Event.CompletionSeen(completion));
        } else if (step.state() instanceof State.Open open) {
            Attempt attempt = open.request().attempt(completion.getDecisionId());
            if (attempt == null) {
                step.become(open.with(open.request()
                        .withVoided(settleVoided(step, open.request().voided(), completion))));
            } else {
                onOpen(step, open, attempt, completion);
            }
        } else if (step.state() instanceof Closed closed) {
            Closed.Past attempt = closed.attempt(completion.getDecisionId());
            if (attempt == null) {
                step.become(closed.withVoided(settleVoided(step, closed.voided(), completion)));
            } else {
                onClosed(step, closed, attempt, completion);
            }
        }
    }

    private static void onOpen(Step step, State.Open open, Attempt attempt, Completion completion) {
        if (!attempt.open()) {
            step.count("join.duplicate-completion");
            return;
        }
        if (attempt.progress() == Attempt.Progress.IN_DOUBT) {
            step.count("join.late-completion");
        }
        boolean current = open instanceof State.InFlight inFlight
                && inFlight.current().decisionId().equals(attempt.decisionId());
        Attempt.Progress progress = completion.getInDoubt() ? Attempt.Progress.DONE_IN_DOUBT : Attempt.Progress.DONE;
        OpenRequest request = open.request().replace(attempt.with(progress)).settled(cost(completion));
        State.Open settled = open.with(request);
        step.become(settled);
        if (completion.getStatus() == CompletionStatus.SUCCESS) {
            succeed(step, settled, attempt, completion);
        } else if (current && settled instanceof State.InFlight inFlight) {
            fail(step, inFlight, attempt, completion);
        }
    }

    private static void succeed(Step step, State.Open open, Attempt attempt, Completion completion) {
        long bytes = Texts.utf8Bytes(completion.getAnswer());
        for (var entry : open.request().reply().attributes().entrySet()) {
            bytes += Texts.utf8Bytes(entry.getKey()) + Texts.utf8Bytes(entry.getValue());
        }
        long limit = step.settings().maxAnswerBytes();
        if (bytes <= limit) {
            Ladder ladder = open.request().ladder();
            if (ladder == null || ladder.passes(completion)) {
                EndRules.answer(step, open, attempt, completion);
            } else {
                EscalationRules.passOver(step, open, ladder, attempt, completion);
            }
            return;
        }
        step.count("join.answer-too-large");
        String detail = "answer and attributes have " + bytes + " bytes, but a response takes " + limit;
        EndRules.end(step, open, new EndRules.End(ResponseKind.FAILED, "answer_too_large", detail, null));
    }

    private static void fail(Step step, State.InFlight inFlight, Attempt attempt, Completion completion) {
        boolean late =
                completion.getStatus() == CompletionStatus.NOT_STARTED || completion.getErrorClass() == ErrorClass.LATE;
        EndRules.Failure failure = new EndRules.Failure(
                reason(completion),
                Texts.brief(completion.getErrorMessage()),
                // A model that was never asked has not failed; one that nobody could ask would not be asked again
                // either.
                late && completion.getErrorClass() != ErrorClass.UNAVAILABLE ? null : attempt.model(),
                late || completion.getRetryable());
        EndRules.retryOrEnd(step, inFlight, failure);
    }

    private static String reason(Completion completion) {
        Enum<?> cause =
                completion.getErrorClass() == ErrorClass.NONE ? completion.getStatus() : completion.getErrorClass();
        return cause.name().toLowerCase(Locale.ROOT);
    }

    private static void onClosed(Step step, Closed closed, Closed.Past attempt, Completion completion) {
        Address address = closed.address();
        if (!attempt.inDoubt() || address == null) {
            step.count("join.duplicate-completion");
            return;
        }
        step.count("join.late-completion");
        Closed settled = closed.settled(attempt);
        step.become(settled);
        // What others still in doubt may have cost is forgotten; route knows it of all of them together.
        Long inDoubt =
                completion.getInDoubt() || settled.attempts().stream().anyMatch(Closed.Past::inDoubt) ? null : 0L;
        step.emit(address.event(RouteEventKind.SETTLE, attempt.number(), "late", null, cost(completion), inDoubt));
        if (completion.getStatus() == CompletionStatus.SUCCESS) {
            Basis basis = new Basis(
                    attempt.propensity(),
                    attempt.decidedAt(),
                    closed.scopes(),
                    attempt.sharesFeatures() ? closed.features() : null);
            step.emit(Records.completed(basis, completion));
        }
    }

    private static List<Voided> settleVoided(Step step, List<Voided> voided, Completion completion) {
        Voided found = find(voided, completion.getDecisionId());
        if (found == null) {
            return voided;
        }
        step.count("join.voided-completion");
        step.emit(found.address()
                .event(
                        RouteEventKind.SETTLE,
                        completion.getAttempt(),
                        DecisionRules.DUPLICATE_IDENTITY,
                        null,
                        cost(completion),
                        completion.getInDoubt() ? null : 0L));
        List<Voided> rest = new ArrayList<>(voided);
        rest.remove(found);
        return rest;
    }

    private static @Nullable Voided find(List<Voided> voided, String decisionId) {
        if (voided.isEmpty()) {
            return null;
        }
        long hash = Hash64.of(decisionId);
        return voided.stream()
                .filter(one -> one.decisionHash() == hash)
                .findFirst()
                .orElse(null);
    }

    private static long cost(Completion completion) {
        return Math.max(0, completion.getCostNanos());
    }
}
