/**
 * {@code penstock ope}: what other policies would have earned on the decisions of a running cluster. Start at {@link
 * io.penstock.app.offpolicy.OffPolicyReader}, which feeds the topics to {@link io.penstock.app.offpolicy.DecisionLog},
 * where decisions meet what came of them; the estimates are {@code io.penstock.learner.offpolicy}'s. Nothing here reads or
 * prints text of prompts or answers.
 */
@NullMarked
package io.penstock.app.offpolicy;

import org.jspecify.annotations.NullMarked;
