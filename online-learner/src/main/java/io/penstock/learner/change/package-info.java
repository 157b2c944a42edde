/**
 * Finds that a model is no longer what it was. Start at {@link io.penstock.learner.change.ChangeTest} (is the mean still
 * the same?); {@link io.penstock.learner.WatchedModel} says what is done about it.
 */
@NullMarked
package io.penstock.learner.change;

import org.jspecify.annotations.NullMarked;
