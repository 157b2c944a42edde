package io.penstock.app.replay;

import io.penstock.event.Decision;
import io.penstock.event.Outcome;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.Response;

/** Something that a node committed to one of its topics. */
sealed interface LoopEvent {

    /** An attempt was decided. */
    record Decided(Decision decision) implements LoopEvent {}

    /** A request ended. */
    record Responded(Response response) implements LoopEvent {
        /** Without the answer. */
        @Override
        public String toString() {
            return "Responded[" + response.getRequestId() + ", " + response.getKind() + "]";
        }
    }

    /** There is something to learn, at this place of the outcomes topic. */
    record Learnable(Outcome outcome, int partition, long offset) implements LoopEvent {}

    /** The learner published what it knows. */
    record Published(PolicySnapshot snapshot) implements LoopEvent {}
}
