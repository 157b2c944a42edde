/**
 * The life of each request: whatever the order of decisions, completions, feedback, cancels and timers, exactly one
 * terminal response comes out. {@link io.penstock.topology.join.JoinStage} wires it. The rules are pure Java without
 * Kafka: {@code LifeMachine} takes a {@code Life} and an {@code Event} and returns a {@code Transition}, the new life and
 * the effects; {@code State} has the states and their legal transitions. {@code JoinProcessor} only loads, applies, stores
 * and forwards.
 */
@NullMarked
package io.penstock.topology.join;

import org.jspecify.annotations.NullMarked;
