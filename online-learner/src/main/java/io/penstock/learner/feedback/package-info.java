/**
 * How much a verdict counts, so that what is learned is about all answers and not about those somebody cared to judge:
 * {@link io.penstock.learner.feedback.VerdictMix} against feedback that is likelier when the answer was bad,
 * {@link io.penstock.learner.feedback.SourceShares} against one source that says more than all others.
 */
@NullMarked
package io.penstock.learner.feedback;

import org.jspecify.annotations.NullMarked;
