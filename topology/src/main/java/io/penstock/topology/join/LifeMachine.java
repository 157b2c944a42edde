package io.penstock.topology.join;

import org.jspecify.annotations.Nullable;

/**
 * The rules of a request's life: a pure function of the life so far, an event and the time, but for the weight of verdicts.
 * Any order of events is accepted; what cannot be applied yet waits inside the life.
 *
 * <p>First success wins, every attempt's cost settles, and there is exactly one {@link Effect.Respond} per life.
 */
final class LifeMachine {
    private final JoinSettings settings;
    private final VerdictWeights weights;

    /** @param weights keeps books on verdicts; used by one thread with this object */
    LifeMachine(JoinSettings settings, VerdictWeights weights) {
        this.settings = settings;
        this.weights = weights;
    }

    /** @param now milliseconds, of the same clock as timers */
    Transition apply(Life life, Event event, long now) {
        Step step = new Step(life, settings, weights, now);
        handle(step, event);
        Waiting ready = nextReady(step);
        while (ready != null) {
            step.remove(ready);
            handle(step, ready.event());
            ready = nextReady(step);
        }
        return step.transition();
    }

    private static void handle(Step step, Event event) {
        if (event instanceof Event.DecisionSeen seen) {
            DecisionRules.apply(step, seen.decision());
        } else if (event instanceof Event.CompletionSeen seen) {
            CompletionRules.apply(step, seen.completion());
        } else if (event instanceof Event.FeedbackSeen seen) {
            FeedbackRules.apply(step, seen.feedback());
        } else if (event instanceof Event.CancelSeen seen) {
            EndRules.cancel(step, seen.reason());
        } else if (event instanceof Event.TimerFired fired) {
            TimerRules.apply(step, fired.kind());
        }
    }

    private static @Nullable Waiting nextReady(Step step) {
        for (Waiting waiting : step.waiting()) {
            if (isReady(step.state(), waiting.event())) {
                return waiting;
            }
        }
        return null;
    }

    private static boolean isReady(State state, Event event) {
        if (event instanceof Event.CompletionSeen seen) {
            return CompletionRules.knows(state, seen.completion().getDecisionId());
        }
        if (event instanceof Event.FeedbackSeen) {
            return state instanceof Closed;
        }
        return !(state instanceof State.Unknown);
    }
}
