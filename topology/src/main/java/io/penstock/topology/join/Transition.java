package io.penstock.topology.join;

import java.util.List;

/** What an event does to a life: the life afterwards, and what must be sent, in order. */
record Transition(Life life, List<Effect> effects) {
    Transition {
        effects = List.copyOf(effects);
    }
}
