package io.penstock.topology.join;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything known of one identity. */
record Life(State state, List<Waiting> waiting) {
    Life {
        waiting = List.copyOf(waiting);
    }

    /** Nothing known. */
    static Life unknown() {
        return new Life(new State.Unknown(), List.of());
    }

    boolean isBlank() {
        return state instanceof State.Unknown && waiting.isEmpty();
    }

    /** The next time when the passing of time alone would change something; null = never. */
    @Nullable
    Timer timer() {
        Timer next = state.timer();
        for (Waiting event : waiting) {
            if (canBeOrphan(event.event())) {
                next = State.earlier(next, new Timer(event.until(), TimerKind.PARKING));
            }
        }
        return next;
    }

    boolean canBeOrphan(Event event) {
        return state instanceof State.Unknown || event instanceof Event.CompletionSeen;
    }
}
