/**
 * Knows how far each task has read its topics, so that a timer fires only after everything that could have stopped it was
 * read. Start with {@link io.penstock.topology.progress.TimerGate}; {@link io.penstock.topology.progress.LogProgress}
 * answers it, fed by the consumers of {@link io.penstock.topology.progress.TrackingClientSupplier}.
 */
@NullMarked
package io.penstock.topology.progress;

import org.jspecify.annotations.NullMarked;
