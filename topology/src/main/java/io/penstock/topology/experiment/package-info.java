/**
 * Variants of policies beside the ones in use. Route writes into a decision what it says of an experiment; the verdict goes by
 * {@link io.penstock.topology.experiment.ExperimentStage} to the one task that gathers the experiment's evidence, whose word
 * is the {@link io.penstock.topology.experiment.ExperimentView} of every router.
 */
@NullMarked
package io.penstock.topology.experiment;

import org.jspecify.annotations.NullMarked;
