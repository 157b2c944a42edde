package io.penstock.app.replay;

import io.penstock.event.Decision;
import io.penstock.event.Outcome;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.Response;

/** Something that a node committed to one of its topics. */
sealed interface LoopEvent {

    /** From {@code decisions}. */
    record Decided(Decision decision) implements LoopEvent {}

    /** From {@code responses.default}. */
    record Responded(Response response) implements LoopEvent {
        /** Without the answer. */
        @Override
        public String toString() {
            return "Responded[" + response.getRequestId() + ", " + response.getKind() + "]";
        }
    }

    /** From {@code outcomes}, at this place. */
    record Learnable(Outcome outcome, int partition, long offset) implements LoopEvent {}

    /** From {@code policies}. */
    record Published(PolicySnapshot snapshot) implements LoopEvent {}
}
