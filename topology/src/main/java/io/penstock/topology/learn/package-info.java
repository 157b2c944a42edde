/**
 * The learner's stage: outcomes become sums, sums become policy snapshots. {@link io.penstock.topology.learn.LearnStage}
 * adds it to a topology; what an outcome must be is in {@code OutcomeReader}, what is kept in {@code StatisticsTable}, when
 * it is written and published in {@code LearnProcessor}. {@link io.penstock.topology.learn.Refold} computes the same state
 * independently, for audits.
 */
@NullMarked
package io.penstock.topology.learn;

import org.jspecify.annotations.NullMarked;
