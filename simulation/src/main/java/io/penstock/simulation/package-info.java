/**
 * The real router and learner in a made-up world under a virtual clock: every policy meets every {@link
 * io.penstock.simulation.Scenario}, and what comes of it is one line each in a committed report. Start at {@link
 * io.penstock.simulation.Simulator}; {@link io.penstock.simulation.World} is what a policy has to find out.
 */
@NullMarked
package io.penstock.simulation;

import org.jspecify.annotations.NullMarked;
