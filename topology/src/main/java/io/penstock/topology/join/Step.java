package io.penstock.topology.join;

import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.ErrorClass;
import io.penstock.event.Feedback;
import java.util.ArrayList;
import java.util.List;

/** One application of the rules: the life as it changes, and the effects so far. Used by one call, then thrown away. */
final class Step {
    private final Life before;
    private final JoinSettings settings;
    private final VerdictWeights weights;
    private final long now;
    private final List<Effect> effects = new ArrayList<>();
    private State state;
    private List<Waiting> waiting;

    Step(Life before, JoinSettings settings, VerdictWeights weights, long now) {
        this.before = before;
        this.weights = weights;
        this.settings = settings;
        this.now = now;
        this.state = before.state();
        this.waiting = before.waiting();
    }

    State state() {
        return state;
    }

    List<Waiting> waiting() {
        return waiting;
    }

    JoinSettings settings() {
        return settings;
    }

    VerdictWeights weights() {
        return weights;
    }

    long now() {
        return now;
    }

    void become(State next) {
        state = next;
    }

    void emit(Effect effect) {
        effects.add(effect);
    }

    void count(String counter) {
        effects.add(new Effect.Count(counter));
    }

    void remove(Waiting event) {
        List<Waiting> rest = new ArrayList<>(waiting);
        rest.remove(event);
        waiting = rest;
    }

    /** Keeps an event until it can be applied, unless it says nothing new or too many of its kind wait already. */
    void hold(Event event) {
        int alike = 0;
        for (Waiting other : waiting) {
            if (repeats(event, other.event())) {
                count("join.duplicate-waiting");
                return;
            }
            alike += other.event().getClass() == event.getClass() ? 1 : 0;
        }
        if (alike >= settings.maxWaiting()) {
            emit(new Effect.DeadLetterOut(event, "waiting_full", alike + " events of its kind wait already"));
            count("join.waiting-full");
            return;
        }
        List<Waiting> all = new ArrayList<>(waiting);
        all.add(new Waiting(sized(event), Timer.after(now, settings.parking().toMillis())));
        waiting = all;
    }

    private static boolean repeats(Event event, Event other) {
        if (event instanceof Event.CompletionSeen seen && other instanceof Event.CompletionSeen earlier) {
            return seen.completion().getDecisionId().equals(earlier.completion().getDecisionId());
        }
        if (event instanceof Event.FeedbackSeen seen && other instanceof Event.FeedbackSeen earlier) {
            Feedback first = earlier.feedback();
            return first.getFeedbackId().equals(seen.feedback().getFeedbackId())
                    && first.getValue() == seen.feedback().getValue()
                    && first.getKind().equals(seen.feedback().getKind());
        }
        return event instanceof Event.CancelSeen && other instanceof Event.CancelSeen;
    }

    // All that waits is one record of the changelog: of several large answers, only the first can be kept.
    private Event sized(Event event) {
        if (!(event instanceof Event.CompletionSeen seen)) {
            return event;
        }
        long bytes = Texts.utf8Bytes(seen.completion().getAnswer());
        for (Waiting other : waiting) {
            if (other.event() instanceof Event.CompletionSeen earlier) {
                bytes += Texts.utf8Bytes(earlier.completion().getAnswer());
            }
        }
        if (bytes <= settings.maxAnswerBytes()) {
            return event;
        }
        count("join.waiting-answer-dropped");
        Completion cut = Completion.newBuilder(seen.completion())
                .setAnswer(null)
                .setStatus(CompletionStatus.FAILED)
                .setErrorClass(ErrorClass.TOO_LARGE)
                .setErrorMessage(
                        "the answers waiting for their decisions exceed " + settings.maxAnswerBytes() + " bytes")
                .setRetryable(false)
                .build();
        return new Event.CompletionSeen(cut);
    }

    Transition transition() {
        boolean same = state == before.state() && waiting == before.waiting();
        return new Transition(same ? before : new Life(state, waiting), effects);
    }
}
