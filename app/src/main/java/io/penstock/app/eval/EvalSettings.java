package io.penstock.app.eval;

import io.penstock.app.replay.ReplaySettings;
import io.penstock.learner.Policies;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How to evaluate.
 *
 * @param policy one of {@link Policies#names()}
 * @param options of the policy, empty = its defaults
 * @param lambdas weights of the pools' objectives, each ≥ 0
 * @param seeds how many shuffled orders, numbered from 1
 * @param inFlight requests decided before the first of them is learned, as in a replay; ≥ 1
 * @param delay further decisions made before a verdict arrives; answers are not late. ≥ 0
 * @param missing share of verdicts that never arrive, 0 to below 1
 * @param aptitude prompts of each order that every model tries before the first decision, and that are not judged; ≥ 0
 * @param limit prompts of each order; empty = all
 */
public record EvalSettings(
        String policy,
        Map<String, String> options,
        List<Double> lambdas,
        int seeds,
        int inFlight,
        int delay,
        double missing,
        int aptitude,
        OptionalInt limit) {

    public EvalSettings {
        options = Map.copyOf(options);
        lambdas = List.copyOf(lambdas);
        require(!lambdas.isEmpty(), "lambdas must hold at least one number, but is empty");
        require(seeds >= 1, "seeds " + seeds + " must be at least 1");
        require(delay >= 0, "delay " + delay + " must be at least 0");
        require(missing >= 0 && missing < 1, "missing " + missing + " must be a number from 0 to below 1");
        require(aptitude >= 0, "aptitude " + aptitude + " must be at least 0");
        // They know what the other values may be.
        Policies.byName(policy, options);
        for (double lambda : lambdas) {
            replay(policy, lambda, 1, limit, inFlight);
        }
    }

    private static ReplaySettings replay(String policy, double lambda, long seed, OptionalInt limit, int inFlight) {
        return new ReplaySettings(policy, lambda, seed, limit, inFlight, true, 1, null);
    }

    /** The replay that one pass stands for. */
    ReplaySettings replay(double lambda, long seed) {
        return replay(policy, lambda, seed, limit, inFlight);
    }

    /** The same without an aptitude run. */
    EvalSettings unprobed() {
        return new EvalSettings(policy, options, lambdas, seeds, inFlight, delay, missing, 0, limit);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
