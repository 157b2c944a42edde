package io.penstock.topology.join;

/** Names of the stage's nodes and stores. Store names are part of changelog topic names: never change them. */
final class JoinNames {
    static final String DECISIONS_SOURCE = "join-decisions-source";
    static final String COMPLETIONS_SOURCE = "join-completions-source";
    static final String SIGNALS_SOURCE = "join-signals-source";
    static final String PROCESSOR = "join";
    static final String LIVES = "join-lives";
    static final String CLOSED = "join-closed";
    static final String TIMERS = "join-timers";
    static final String WEIGHTS = "join-weights";
    static final String ROUTE_EVENTS_SINK = "join-route-events-sink";
    static final String RESPONSES_SINK = "join-responses-sink";
    static final String REPLIES_SINK = "join-replies-sink";
    static final String OUTCOMES_SINK = "join-outcomes-sink";
    static final String CANCELLATIONS_SINK = "join-cancellations-sink";
    static final String DEAD_LETTERS_SINK = "join-dead-letters-sink";

    private JoinNames() {}
}
