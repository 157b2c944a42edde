package io.penstock.topology.route;

import io.penstock.event.ModelCard;
import io.penstock.event.ModelPhase;
import org.jspecify.annotations.Nullable;

/** Drops a candidate and says why. */
interface Filter {
    /** Written into decisions, e.g. {@code context-window}. */
    String name();

    /** Null if the candidate may stay, else what stands against it; never text of the prompt. */
    @Nullable
    String objection(RouteRequest request, ModelCard card, ModelPhase phase);
}
