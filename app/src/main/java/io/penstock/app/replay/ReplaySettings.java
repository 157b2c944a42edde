package io.penstock.app.replay;

import io.penstock.learner.Policies;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How to replay a pool.
 *
 * @param policy one of {@link Policies#names()}
 * @param lambda weight of the pool's objective, ≥ 0: reward = quality − lambda × amount / C_ref
 * @param seed of the order of prompts, of the router's draws and of the shuffled control
 * @param limit prompts to send; empty = all
 * @param inFlight requests whose verdict may be missing from the policy that route uses, ≥ 1
 * @param deterministic lock-step windows of {@code inFlight} requests with made-up times, for a repeatable digest
 * @param partitions of every data topic, ≥ 1
 * @param cascade answers are verified, and escalated if they do not pass; null = every answer is taken
 */
public record ReplaySettings(
        String policy,
        double lambda,
        long seed,
        OptionalInt limit,
        int inFlight,
        boolean deterministic,
        int partitions,
        @Nullable Cascade cascade) {

    /**
     * @param accuracy of the verifier, 0.5 to 1
     * @param rungs how many answers of a request may be passed over, 1 to 5
     * @param lambda weight of the objective once an answer was passed over, ≥ 0
     */
    public record Cascade(double accuracy, int rungs, double lambda) {
        public Cascade {
            if (!(accuracy >= 0.5 && accuracy <= 1)) {
                throw new IllegalArgumentException("verifier " + accuracy + " must be an accuracy from 0.5 to 1");
            }
            if (rungs < 1 || rungs > 5) {
                throw new IllegalArgumentException("rungs " + rungs + " must be from 1 to 5");
            }
            if (!(lambda >= 0 && lambda <= 1e6)) {
                throw new IllegalArgumentException(
                        "escalation-lambda " + lambda + " must be a number from 0 to 1000000");
            }
        }
    }

    public ReplaySettings {
        if (!Policies.names().contains(policy)) {
            throw new IllegalArgumentException(
                    "policy '" + policy + "' is unknown; the policies are " + String.join(", ", Policies.names()));
        }
        if (!(lambda >= 0 && lambda <= 1e6)) {
            throw new IllegalArgumentException("lambda " + lambda + " must be a number from 0 to 1000000");
        }
        if (limit.isPresent() && limit.getAsInt() < 1) {
            throw new IllegalArgumentException("limit " + limit.getAsInt() + " must be at least 1");
        }
        if (inFlight < 1) {
            throw new IllegalArgumentException("in-flight " + inFlight + " must be at least 1");
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions " + partitions + " must be at least 1");
        }
        if (deterministic && cascade != null) {
            throw new IllegalArgumentException("a deterministic replay sends its windows in lock-step, which leaves no"
                    + " time for second attempts: leave out verifier or deterministic");
        }
    }
}
