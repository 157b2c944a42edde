package io.penstock.app.offpolicy;

import io.penstock.event.Candidate;
import io.penstock.event.Decision;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.Outcome;
import io.penstock.learner.Arm;
import io.penstock.learner.Policy;
import io.penstock.learner.Prediction;
import io.penstock.learner.Tally;
import io.penstock.learner.Utility;
import io.penstock.learner.offpolicy.LoggedDecision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A decision record's scored candidates as a policy saw them, and the reward of what was chosen. Immutable.
 */
final class RecordedDecision {
    private final Instant decidedAt;
    private final double qualityWeight;
    private final List<Candidate> scored;
    private final List<Arm> arms;
    private final double[] logging;
    private final int chosen;

    private RecordedDecision(Decision decision, double qualityWeight, List<Candidate> scored, int chosen) {
        this.decidedAt = decision.getDecidedAt();
        this.qualityWeight = qualityWeight;
        this.scored = scored;
        this.arms =
                scored.stream().map(candidate -> arm(candidate, qualityWeight)).toList();
        this.logging = scored.stream().mapToDouble(Candidate::getProbability).toArray();
        this.chosen = chosen;
    }

    /** Empty if the record has no weights, names a model that was not scored, or holds numbers that cannot be. */
    static Optional<RecordedDecision> of(Decision decision) {
        ObjectiveWeights weights = decision.getWeights();
        List<Candidate> scored = new ArrayList<>();
        int chosen = -1;
        for (Candidate candidate : decision.getCandidates()) {
            if (candidate.getFilter() == null) {
                chosen = candidate.getModel().equals(decision.getModel()) ? scored.size() : chosen;
                scored.add(candidate);
            }
        }
        if (weights == null || chosen < 0) {
            return Optional.empty();
        }
        try {
            RecordedDecision recorded = new RecordedDecision(decision, weights.getQuality(), scored, chosen);
            // Against itself: what an estimator would object to later is found now, and counted.
            recorded.logged(recorded.logging, 0);
            return Optional.of(recorded);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Arm arm(Candidate candidate, double qualityWeight) {
        double width = candidate.getQualityWidth();
        // A record from before it was kept: the whole width explores more than the policy would have.
        double meanWidth = candidate.getMeanWidth() > 0 ? candidate.getMeanWidth() : width;
        Prediction prediction = new Prediction(
                candidate.getPredictedQuality(),
                width,
                meanWidth,
                candidate.getPredictedOutputTokens(),
                candidate.getPredictedLatencyMs(),
                candidate.getEvidence(),
                tally(candidate));
        Utility utility = new Utility(
                candidate.getQualityScore(),
                candidate.getCostScore(),
                candidate.getLatencyScore(),
                candidate.getEnergyScore(),
                candidate.getUtility(),
                qualityWeight * width,
                qualityWeight * meanWidth,
                qualityWeight);
        return new Arm(candidate.getModel(), prediction, utility, candidate.getPredictedCostNanos());
    }

    /** A record from before it was kept: what was predicted, which knew the context. */
    private static Tally tally(Candidate candidate) {
        return candidate.getVerdictPrior() < 0
                ? Tally.clamped(
                        candidate.getEvidence(), candidate.getPredictedQuality(), candidate.getPredictedQuality())
                : new Tally(candidate.getVerdicts(), candidate.getVerdictMean(), candidate.getVerdictPrior());
    }

    Instant decidedAt() {
        return decidedAt;
    }

    /**
     * The utility with what came instead of what was predicted: quality weight · verdict, and each score scaled by realised
     * / predicted amount, which is weight · realised amount / reference without knowing the reference.
     *
     * @param quality the verdict, from 0 to 1
     * @param completed cost, latency and energy of the call
     */
    double reward(double quality, Outcome completed) {
        return qualityWeight * quality
                + completed.getCostNanos() * rate(Candidate::getCostScore, Candidate::getPredictedCostNanos)
                + completed.getLatencyMs() * rate(Candidate::getLatencyScore, Candidate::getPredictedLatencyMs)
                + completed.getEnergyJoules() * rate(Candidate::getEnergyScore, Candidate::getPredictedEnergyJoules);
    }

    /**
     * Score for each unit, which all candidates of a decision share: of the chosen one, or, if nothing was predicted for
     * it, of the one with the most. 0 if nothing was predicted for any.
     */
    private double rate(ToDoubleFunction<Candidate> score, ToDoubleFunction<Candidate> amount) {
        Candidate measure = scored.get(chosen);
        if (!(amount.applyAsDouble(measure) > 0)) {
            for (Candidate candidate : scored) {
                measure = amount.applyAsDouble(candidate) > amount.applyAsDouble(measure) ? candidate : measure;
            }
        }
        double most = amount.applyAsDouble(measure);
        return most > 0 ? score.applyAsDouble(measure) / most : 0;
    }

    /** What an estimator needs of it; the reward model is the recorded utility, which had not seen this reward. */
    LoggedDecision under(Policy policy, double reward) {
        // Any seed: only the distribution is asked for.
        return logged(policy.choose(arms, 0).probabilities(), reward);
    }

    private LoggedDecision logged(double[] target, double reward) {
        double[] predicted =
                arms.stream().mapToDouble(arm -> arm.utility().total()).toArray();
        return LoggedDecision.of(logging, chosen, reward, predicted, target);
    }
}
