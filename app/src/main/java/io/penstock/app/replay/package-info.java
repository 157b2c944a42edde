/**
 * Streams recorded prompts through a running node and says what came of it: the driver of {@code penstock replay} and
 * {@code penstock demo}. Start with {@link io.penstock.app.replay.Replay}: it submits requests so that a bounded number
 * is unlearned ({@code Driver}), or in lock-step windows ({@code LockStep}), keeps the {@code Ledger}, compares with the
 * {@code Controls} and makes a {@link io.penstock.app.replay.ReplayReport}. Only {@code NodeHost} knows Kafka.
 */
@NullMarked
package io.penstock.app.replay;

import org.jspecify.annotations.NullMarked;
