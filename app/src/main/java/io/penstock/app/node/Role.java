package io.penstock.app.node;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

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
    CONTROLLER;

    /** The roles in words, in the order above. */
    public static String names(Set<Role> roles) {
        return roles.stream()
                .sorted()
                .map(role -> role.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
