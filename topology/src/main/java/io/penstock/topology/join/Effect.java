package io.penstock.topology.join;

import io.penstock.event.Cancellation;
import io.penstock.event.Outcome;
import io.penstock.event.Response;
import io.penstock.event.RouteEvent;

/** Something that the stage sends or counts because of an event. */
sealed interface Effect {

    /** The one terminal event of a request. */
    record Respond(Response response) implements Effect {
        @Override
        public String toString() {
            return "Respond[" + response.getKind() + ", " + response.getReason() + "]";
        }
    }

    /** @param routingKey key of the record, since the event itself has none */
    record RouteTo(String routingKey, RouteEvent event) implements Effect {}

    record Learn(Outcome outcome) implements Effect {}

    record CancelCalls(Cancellation cancellation) implements Effect {}

    /** @param reason a word to count by; the message has no text of a prompt or answer */
    record DeadLetterOut(Event event, String reason, String message) implements Effect {
        @Override
        public String toString() {
            return "DeadLetterOut[" + reason + "]";
        }
    }

    record Count(String counter) implements Effect {}
}
