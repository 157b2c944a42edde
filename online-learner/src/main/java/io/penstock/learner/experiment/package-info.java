/**
 * Whether a variant of a policy is better than the one in use: {@link io.penstock.learner.experiment.Contrast} is what one
 * decision says of it, {@link io.penstock.learner.experiment.MeanBounds} what all of them together do, whenever one looks.
 */
@NullMarked
package io.penstock.learner.experiment;

import org.jspecify.annotations.NullMarked;
