package io.penstock.topology.join;

import io.penstock.event.Completion;
import io.penstock.event.ResponseKind;
import java.time.Instant;

/** What the passing of time alone does. A timer that the life no longer waits for does nothing. */
final class TimerRules {
    private TimerRules() {}

    static void apply(Step step, TimerKind kind) {
        switch (kind) {
            case PARKING -> orphans(step);
            case ATTEMPT -> attempt(step);
            case REROUTE -> reroute(step);
            case EXPIRY -> expiry(step);
        }
    }

    private static void attempt(Step step) {
        if (!(step.state() instanceof State.InFlight inFlight)
                || !inFlight.current().running()) {
            return;
        }
        Attempt attempt = inFlight.current();
        OpenRequest request = inFlight.request();
        step.count("join.attempt-in-doubt");
        step.emit(Records.cancel(request.address(), attempt.decisionId(), "timeout", step.now()));
        State.InFlight doubtful = inFlight.with(request.replace(attempt.with(Attempt.Progress.IN_DOUBT)));
        step.become(doubtful);
        String detail = "attempt " + attempt.number() + " on " + attempt.model() + " gave no result in time";
        EndRules.retryOrEnd(step, doubtful, new EndRules.Failure("timeout", detail, attempt.model(), true));
    }

    private static void reroute(Step step) {
        if (step.state() instanceof State.Rerouting rerouting) {
            String detail =
                    "route did not decide again after: " + rerouting.request().lastError();
            EndRules.end(step, rerouting, new EndRules.End(ResponseKind.FAILED, "no_decision", detail, null));
        }
    }

    private static void expiry(Step step) {
        if (step.state() instanceof State.Open open) {
            EndRules.end(step, open, new EndRules.End(ResponseKind.EXPIRED, "expired", "", null));
        }
    }

    private static void orphans(Step step) {
        Life life = new Life(step.state(), step.waiting());
        for (Waiting waiting : life.waiting()) {
            if (waiting.until() <= step.now() && life.canBeOrphan(waiting.event())) {
                step.remove(waiting);
                boolean tooLate = isTooLate(step, waiting.event());
                step.count(tooLate ? "join.too-late" : "join.orphan");
                String message = "no decision was seen within "
                        + step.settings().parking()
                        + (tooLate
                                ? "; it is older than the horizon of "
                                        + step.settings().horizon()
                                : "");
                step.emit(new Effect.DeadLetterOut(waiting.event(), "orphan", message));
            }
        }
    }

    // Only some records tell how old they are; the others look like any orphan.
    private static boolean isTooLate(Step step, Event event) {
        Instant horizon = Instant.ofEpochMilli(step.now()).minus(step.settings().horizon());
        if (event instanceof Event.CompletionSeen seen) {
            Completion completion = seen.completion();
            return completion.getFinishedAt().toEpochMilli() > 0
                    && completion.getFinishedAt().isBefore(horizon);
        }
        return event instanceof Event.FeedbackSeen seen
                && seen.feedback().getEventTime() != null
                && seen.feedback().getEventTime().isBefore(horizon);
    }
}
