package io.penstock.topology.join;

/**
 * An event that cannot be applied yet: anything before the first decision, a completion before its own decision, feedback
 * before the answer.
 *
 * @param until when it becomes an orphan, milliseconds; feedback waits for as long as its request is open
 */
record Waiting(Event event, long until) {}
