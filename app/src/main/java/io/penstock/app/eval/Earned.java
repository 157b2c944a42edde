package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.app.replay.Spread;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a router earned, as means over the seeds.
 *
 * @param mean reward
 * @param error standard error of that over the seeds
 * @param lastFifth what the best fixed model earns on all prompts plus what the last fifth of each pass had above it on the
 *     same prompts: the router when it has learned
 * @param quality of its answers
 * @param amount a request took, in the unit of the pool's objective
 * @param entropy of its shares of the models, in bits; 0 = it plays one model
 * @param topShare share of the model that it plays most: the tier-constancy index, 1 = the prompt does not matter
 * @param shuffled reward of its shares dealt to the prompts at random
 * @param matched the same, but charged what the router took: what {@code mean} has above it is quality gained by looking
 *     at the prompt
 */
public record Earned(
        double mean,
        double error,
        double lastFifth,
        double quality,
        double amount,
        double entropy,
        double topShare,
        double shuffled,
        double matched) {

    /**
     * Sums up.
     *
     * @param fixed reward of each arm alone over all prompts
     * @param best the largest of them
     * @param passes by seed; several passes of one seed stand side by side, on different prompts
     */
    static Earned of(EvalPool pool, Scoring scoring, double[] fixed, int best, List<List<Choices>> passes) {
        Spread reward = new Spread();
        double[] sums = new double[7];
        for (List<Choices> ofSeed : passes) {
            reward.add(mean(ofSeed, pass -> pass.reward(pool, scoring)));
            double[] parts = new double[sums.length];
            int size = ofSeed.stream().mapToInt(Choices::size).sum();
            for (Choices pass : ofSeed) {
                double weight = (double) pass.size() / size;
                double[] shares = pass.shares(fixed.length);
                double amount = pass.amount(pool);
                double dealt = dealtQuality(pool, pass, shares);
                parts[0] += weight * pass.lastFifthAbove(pool, scoring, best);
                parts[1] += weight * pass.quality(pool);
                parts[2] += weight * amount;
                parts[3] += weight * Choices.entropy(shares);
                parts[4] += weight * largest(shares);
                parts[5] += weight * dot(shares, fixed);
                parts[6] += weight * scoring.reward(dealt, amount);
            }
            for (int i = 0; i < sums.length; i++) {
                sums[i] += parts[i] / passes.size();
            }
        }
        return new Earned(
                reward.mean(),
                reward.deviation() / Math.sqrt((double) reward.count()),
                fixed[best] + sums[0],
                sums[1],
                sums[2],
                sums[3],
                sums[4],
                sums[5],
                sums[6]);
    }

    private static double mean(List<Choices> passes, ToDoubleFunction<Choices> value) {
        double sum = 0;
        int size = 0;
        for (Choices pass : passes) {
            sum += pass.size() * value.applyAsDouble(pass);
            size += pass.size();
        }
        return sum / size;
    }

    private static double dealtQuality(EvalPool pool, Choices pass, double[] shares) {
        double sum = 0;
        for (int arm = 0; arm < shares.length; arm++) {
            if (shares[arm] > 0) {
                sum += shares[arm] * pool.quality(arm, pass.places());
            }
        }
        return sum;
    }

    private static double largest(double[] shares) {
        double largest = 0;
        for (double share : shares) {
            largest = Math.max(largest, share);
        }
        return largest;
    }

    private static double dot(double[] left, double[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }
}
