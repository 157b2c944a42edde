package io.penstock.learner.offpolicy;

import java.util.List;

/**
 * Weights of doubly robust scores from a log whose policy learned along the way. As it stops trying an arm, scores that
 * need this arm get an ever larger variance: their plain mean has no normal limit, and its interval covers too rarely.
 * Weights that undo it do (Hadad, Hirshberg, Zhan, Wager, Athey 2021, "Confidence intervals for policy evaluation in
 * adaptive experiments", PNAS 118):
 *
 * <pre>h_t ∝ 1 / √E[w²],   E[w²] = Σ_a target(a)² / logging(a)</pre>
 *
 * <p>A weight may depend on the decisions before it, but not on its own context: with h_t from the probabilities of
 * decision t itself, contexts where the policies agree would count more, and the estimate would be of another population
 * (Zhan, Hadad, Hirshberg, Athey 2021, "Off-policy evaluation via adaptive weighting with data from contextual bandits",
 * KDD, StableVar). What the logging policy of time t would have done in other contexts is not in a log, so E[w²] is the
 * running mean over the decisions before t: of all at first, then with a memory of {@value #MEMORY} decisions.
 */
final class StableWeights {

    /** Short against the length of a log, so that it follows the drift; long enough to average contexts out. */
    static final int MEMORY = 100;

    private StableWeights() {}

    /** @param log in the order of the decisions */
    static double[] of(List<LoggedDecision> log) {
        double[] weights = new double[log.size()];
        // Before anything is known: as if an arm at random had been tried and the target had one favourite.
        double running = log.get(0).size();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 1 / Math.sqrt(running);
            double now = log.get(i).expectedSquaredWeight();
            // Without support anywhere it would be 0; such a decision says nothing about the spread of others.
            if (now > 0) {
                running += (now - running) / Math.min(i + 2, MEMORY);
            }
        }
        return weights;
    }
}
