package io.penstock.topology.join;

import io.penstock.event.Completion;

/**
 * What an answer of low confidence does: it is kept, and a better model is asked, if there is a rung, an attempt and time
 * left. Whatever stops the climb, the surest answer so far is the request's.
 */
final class EscalationRules {
    /** Why route is asked again, and the reason of an answer that was taken all the same. */
    static final String LOW_CONFIDENCE = "low_confidence";

    private EscalationRules() {}

    static void passOver(Step step, State.Open open, Ladder ladder, Attempt attempt, Completion completion) {
        step.count("join.passed-over");
        // What it took is known, whoever answers in the end.
        step.emit(Records.completed(attempt.basis(), completion));
        State.Open passed = open.with(open.request().withLadder(ladder.passOver(completion)));
        step.become(passed);
        if (!(passed instanceof State.InFlight inFlight)
                || !inFlight.current().decisionId().equals(attempt.decisionId())) {
            // A late one: another attempt is under way, or asked for.
            return;
        }
        OpenRequest request = inFlight.request();
        boolean mayClimb = ladder.left() > 0
                && request.lastNumber() < step.settings().defaultMaxAttempts()
                && step.now() < request.expiresAt();
        if (!mayClimb) {
            EndRules.answerKept(step, inFlight);
            return;
        }
        step.count("join.escalation");
        step.emit(request.address()
                .escalation(attempt.number(), attempt.model(), request.unreportedNanos(), request.inDoubtNanos()));
        long decideBy = Timer.after(step.now(), step.settings().parking().toMillis());
        step.become(inFlight.with(request.reported()).toRerouting(decideBy));
    }
}
