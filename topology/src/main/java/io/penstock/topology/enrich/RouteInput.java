package io.penstock.topology.enrich;

import io.penstock.event.RouteEvent;

/** What the route processor reads: requests from enrich, events from join, and the word that a commit comes. */
public sealed interface RouteInput {

    /** A request ready to be decided, or one to be refused. */
    record Request(EnrichedRequest enriched) implements RouteInput {}

    /** What join says of an earlier request. */
    record Event(RouteEvent event) implements RouteInput {}

    /** Everything outstanding has been forwarded; state kept in memory must be written now. */
    record BeforeCommit() implements RouteInput {}
}
