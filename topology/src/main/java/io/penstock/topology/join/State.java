package io.penstock.topology.join;

import io.penstock.event.ResponseKind;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Where a request is in its life. Each state only has the transitions that are legal from it, so that none out of
 * {@link Closed} can be written down.
 *
 * <pre>
 * Unknown ─► Held ─► InFlight ◄─► Rerouting
 *    └───────────────────▲
 *              any of Held, InFlight, Rerouting ─► Closed
 * </pre>
 */
sealed interface State permits State.Unknown, State.Open, Closed {
    /** When the state itself wants to be woken; null = never. */
    default @Nullable Timer timer() {
        return null;
    }

    /** No decision has been seen. */
    record Unknown() implements State {
        Held toHeld(OpenRequest request) {
            return new Held(request);
        }

        InFlight toInFlight(OpenRequest request, Attempt first) {
            return new InFlight(request.add(first));
        }
    }

    /** Decided, and without a terminal event. */
    sealed interface Open extends State permits Held, InFlight, Rerouting {
        OpenRequest request();

        /** The same state with changed facts. */
        Open with(OpenRequest changed);

        default InFlight toInFlight(Attempt next) {
            OpenRequest request = request();
            for (Attempt attempt : request.attempts()) {
                if (attempt.running()) {
                    request = request.replace(attempt.with(Attempt.Progress.IN_DOUBT));
                }
            }
            return new InFlight(request.add(next));
        }

        /** @param answered the attempt that answered, null if none did */
        default Closed toClosed(ResponseKind kind, @Nullable Attempt answered, long now) {
            return Closed.of(kind, request(), answered, now);
        }

        default @Nullable Timer expiry() {
            long due = request().expiresAt();
            return due == Long.MAX_VALUE ? null : new Timer(due, TimerKind.EXPIRY);
        }
    }

    /** Accepted, but not dispatched yet (attempt 0). */
    record Held(OpenRequest request) implements Open {
        @Override
        public Held with(OpenRequest changed) {
            return new Held(changed);
        }

        @Override
        public @Nullable Timer timer() {
            return expiry();
        }
    }

    /** The attempt with the highest number is under way. */
    record InFlight(OpenRequest request) implements Open {
        public InFlight {
            if (request.attempts().isEmpty()) {
                throw new IllegalArgumentException("a request in flight must have an attempt");
            }
        }

        Attempt current() {
            return request.attempts().stream()
                    .max(Comparator.comparingInt(Attempt::number))
                    .orElseThrow();
        }

        Rerouting toRerouting(long decideBy) {
            return new Rerouting(request, decideBy);
        }

        @Override
        public InFlight with(OpenRequest changed) {
            return new InFlight(changed);
        }

        @Override
        public @Nullable Timer timer() {
            return earlier(new Timer(current().leaseEnd(), TimerKind.ATTEMPT), expiry());
        }
    }

    /**
     * The last attempt has failed and route has been asked for another one.
     *
     * @param decideBy when it fails without an answer from route, milliseconds
     */
    record Rerouting(OpenRequest request, long decideBy) implements Open {
        @Override
        public Rerouting with(OpenRequest changed) {
            return new Rerouting(changed, decideBy);
        }

        @Override
        public @Nullable Timer timer() {
            return earlier(new Timer(decideBy, TimerKind.REROUTE), expiry());
        }
    }

    /** The earlier of two timers, the first if they are due together. */
    static @Nullable Timer earlier(@Nullable Timer first, @Nullable Timer second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return second.due() < first.due() ? second : first;
    }
}
