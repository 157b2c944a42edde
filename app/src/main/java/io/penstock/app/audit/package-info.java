/**
 * Checks what Penstock promises by reading its topics and nothing else. Start with {@link io.penstock.app.audit.Audit},
 * which reads every topic once and feeds the checks; each check is one class that is fed records and reports violations
 * by identity, never by text.
 */
@NullMarked
package io.penstock.app.audit;

import org.jspecify.annotations.NullMarked;
