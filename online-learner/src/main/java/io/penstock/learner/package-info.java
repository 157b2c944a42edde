/**
 * The learning core: additive statistics of what models did, estimates read from them, and policies that turn
 * estimates into a choice with its probability. Plain Java: no Kafka, no Avro, no clock, no hidden randomness.
 *
 * <p>Start at {@link io.penstock.learner.ModelStatistics} (what is stored), then
 * {@link io.penstock.learner.Estimates} (what is believed), then {@link io.penstock.learner.Policy} (what is done).
 */
@NullMarked
package io.penstock.learner;

import org.jspecify.annotations.NullMarked;
