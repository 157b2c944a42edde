package io.penstock.learner.offpolicy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a target policy would have earned for each decision of a log, by several estimators, and how far the log can tell.
 * The weight of a decision is target probability / logging probability of what was chosen.
 *
 * <ul>
 *   <li>{@code ips}, inverse propensity scoring (Horvitz and Thompson 1952, "A generalization of sampling without
 *       replacement from a finite universe"): the mean of weight · reward. Unbiased, widest spread.
 *   <li>{@code snips}, self-normalised (Swaminathan and Joachims 2015, "The self-normalized estimator for counterfactual
 *       learning"): divided by the sum of weights. Slightly biased; moves with the reward's zero point as the truth does.
 *   <li>{@code dr}, doubly robust (Dudík, Langford, Li 2011, "Doubly robust policy evaluation and learning"): the reward
 *       model's expectation, corrected by weighted surprises. Unbiased whatever the model, narrow where it is good.
 *   <li>{@code adaptive}, for logs of a policy that learned while it logged: see {@link StableWeights}.
 * </ul>
 *
 * <p>All of them take the logging probabilities as known and the order of decisions as that of the log. Mass on candidates
 * that could not be chosen counts as reward 0 in {@code ips}, is spread over the others in {@code snips}, and is the
 * reward model's word alone in {@code dr} and {@code adaptive}: no interval includes what that may be wrong by.
 *
 * @param decisions how many the log has; at least 2
 * @param logged the mean reward of the log itself
 * @param snips null if fewer than two decisions have a weight above 0
 * @param effectiveSampleSize of Kish (1965, "Survey sampling"): (Σ weight)² / Σ weight², from 0 to {@code decisions}
 * @param unsupportedMass mean target probability of candidates whose logging probability is 0, from 0 to 1
 */
public record OffPolicyEstimates(
        int decisions,
        Estimate logged,
        Estimate ips,
        @Nullable Estimate snips,
        Estimate dr,
        Estimate adaptive,
        double effectiveSampleSize,
        double unsupportedMass) {

    /**
     * Evaluates one target policy.
     *
     * @param log in the order of the decisions; at least 2
     */
    public static OffPolicyEstimates of(List<LoggedDecision> log) {
        int n = log.size();
        if (n < 2) {
            throw new IllegalArgumentException("an estimate needs at least 2 decisions, but there are " + n);
        }
        double[] rewards = log.stream().mapToDouble(LoggedDecision::reward).toArray();
        double[] weights = log.stream().mapToDouble(LoggedDecision::weight).toArray();
        double[] scores = log.stream().mapToDouble(LoggedDecision::score).toArray();
        double[] weighted = new double[n];
        double sum = 0;
        double squares = 0;
        int positive = 0;
        for (int i = 0; i < n; i++) {
            weighted[i] = weights[i] * rewards[i];
            sum += weights[i];
            squares += weights[i] * weights[i];
            positive += weights[i] > 0 ? 1 : 0;
        }
        return new OffPolicyEstimates(
                n,
                Estimate.ofMean(rewards),
                Estimate.ofMean(weighted),
                positive < 2 ? null : Estimate.ofRatio(weights, rewards),
                Estimate.ofMean(scores),
                Estimate.ofRatio(StableWeights.of(log), scores),
                squares > 0 ? sum * sum / squares : 0,
                log.stream()
                        .mapToDouble(LoggedDecision::unsupportedMass)
                        .average()
                        .orElse(0));
    }
}
