package io.penstock.app.replay;

import io.penstock.learner.Policies;
import java.util.OptionalInt;

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
 */
public record ReplaySettings(
        String policy,
        double lambda,
        long seed,
        OptionalInt limit,
        int inFlight,
        boolean deterministic,
        int partitions) {

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
    }
}
