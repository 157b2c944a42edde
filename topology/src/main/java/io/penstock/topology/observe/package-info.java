/**
 * Load and health of the models: {@link io.penstock.topology.observe.ObserveStage} counts what is in flight, finished and
 * failed from decisions and completions and publishes it, a few times a second, to model-state;
 * {@link io.penstock.topology.observe.ModelStateStage} reads that into the {@link io.penstock.topology.observe.LoadView} of
 * every router. The counting rules are in {@code AttemptLedger}.
 */
@NullMarked
package io.penstock.topology.observe;

import org.jspecify.annotations.NullMarked;
