package io.penstock.topology.join;

import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Feedback;

/** Something that happens to a request. Events hold text of answers, so none prints its content. */
sealed interface Event {

    record DecisionSeen(Decision decision) implements Event {
        @Override
        public String toString() {
            return "DecisionSeen[" + decision.getDecisionId() + "]";
        }
    }

    record CompletionSeen(Completion completion) implements Event {
        @Override
        public String toString() {
            return "CompletionSeen[" + completion.getDecisionId() + ", " + completion.getStatus() + "]";
        }
    }

    /** Feedback checked by {@link FeedbackCheck}, its tenant and request id stamped from its key. */
    record FeedbackSeen(Feedback feedback) implements Event {
        @Override
        public String toString() {
            return "FeedbackSeen[" + feedback.getFeedbackId() + "]";
        }
    }

    record CancelSeen(String reason) implements Event {}

    record TimerFired(TimerKind kind) implements Event {}
}
