/**
 * Warm models: what each model's quality and output tokens on a context are expected to be, fitted offline on recorded
 * outcomes where every model answered every prompt, as a prior for the online learner.
 *
 * <p>Start at {@link io.penstock.learner.warm.WarmModel}: {@code fit} takes {@link
 * io.penstock.learner.warm.WarmOutcomes}, {@code predict} gives a {@link io.penstock.learner.warm.WarmForecast}, and
 * {@code toBytes} and {@code fromBytes} carry it from the one process to the other.
 */
@NullMarked
package io.penstock.learner.warm;

import org.jspecify.annotations.NullMarked;
