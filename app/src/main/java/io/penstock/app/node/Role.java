package io.penstock.app.node;

/** What a node can do; one node may have any of them, and more nodes share the work of the last four. */
public enum Role {
    /** The embedded broker. */
    BROKER,
    /** The embedded schema registry. */
    REGISTRY,
    ROUTER,
    LEARNER,
    DISPATCHER,
    /** Creates the topics of models and says which models are routable; one of them leads. */
    CONTROLLER
}
