/**
 * {@code penstock eval}: what a policy would earn on recorded outcomes, without Kafka. Start at
 * {@link io.penstock.app.eval.Evaluation}: for each pool ({@code EvalPool}) and lambda it runs the router's own decisions
 * over shuffled streams ({@code ColdPass}), then trained models on prompts they were not trained on ({@code WarmHalf}),
 * and makes one {@link io.penstock.app.eval.EvalRow} of it.
 */
@NullMarked
package io.penstock.app.eval;

import org.jspecify.annotations.NullMarked;
