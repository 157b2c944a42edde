package io.penstock.app.audit;

/**
 * A broken promise.
 *
 * @param subject whose: an identity (tenant/request-id), a key or a place in a topic; never text of a prompt
 * @param what is wrong, in a sentence
 */
public record Violation(Invariant invariant, String subject, String what) {}
