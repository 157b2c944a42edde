package io.penstock.topology.observe;

import io.penstock.event.Availability;

/**
 * Whether a model can be called, as the dispatchers that serve it say.
 *
 * @param availability UNAVAILABLE if every one of them has its breaker open; PROBING if none has it closed, but some half open
 * @param dispatchers heard of lately
 * @param open those of them whose breaker is open
 */
public record ModelHealth(Availability availability, int dispatchers, int open) {
    /** No dispatcher has said anything. */
    public static final ModelHealth UNKNOWN = new ModelHealth(Availability.AVAILABLE, 0, 0);
}
