/**
 * Off-policy evaluation: what another policy would have earned on logged decisions, with how sure that is.
 *
 * <p>Start at {@link io.penstock.learner.offpolicy.OffPolicyEstimates}: {@code of} takes {@link
 * io.penstock.learner.offpolicy.LoggedDecision}s and gives one {@link io.penstock.learner.offpolicy.Estimate} for each
 * estimator. Nothing here draws random numbers: the same log gives the same bits.
 */
@NullMarked
package io.penstock.learner.offpolicy;

import org.jspecify.annotations.NullMarked;
