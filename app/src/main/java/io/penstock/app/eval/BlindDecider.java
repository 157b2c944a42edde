package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.connector.recorded.RecordedArm;
import io.penstock.learner.Arm;
import io.penstock.learner.Estimates;
import io.penstock.learner.Forecast;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.Objective;
import io.penstock.learner.Policies;
import io.penstock.learner.Policy;
import io.penstock.learner.Prediction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Decides with the same estimates and policy, but without cards: no list price, no reference line, no claim. What a model
 * takes is the mean of what its answers took, shrunk to the mean of the models that have answered; what it is worth is
 * told by verdicts alone. What a dollar is worth (lambda and C_ref) is known, as it is the user's wish.
 */
final class BlindDecider implements Decider {
    /** Answers that the mean of all models is worth as the belief about one. */
    private static final double AMOUNT_WORTH = 1;

    private static final double NANOS_PER_USD = 1e9;

    private final List<String> slugs;
    private final EvalPool pool;
    private final Scoring scoring;
    private final Objective objective;
    private final Policy policy;
    private final SplittableRandom draws;
    private final Map<String, ModelPrior> priors = new HashMap<>();
    private final double[] counts;
    private final double[] sums;

    BlindDecider(EvalPool pool, EvalSettings settings, double lambda, long seed) {
        this.pool = pool;
        this.slugs = pool.outcomes().arms().stream().map(RecordedArm::slug).toList();
        this.scoring = Scoring.of(pool.outcomes(), lambda);
        this.objective = pool.objective(lambda);
        this.policy = Policies.byName(settings.policy(), settings.options());
        this.draws = new SplittableRandom(seed);
        this.counts = new double[slugs.size()];
        this.sums = new double[slugs.size()];
        slugs.forEach(slug -> priors.put(slug, ModelPrior.ofPrice(0, 0)));
    }

    @Override
    public Map<String, ModelPrior> priors() {
        return priors;
    }

    @Override
    public int choose(int request, int place, Estimates estimates) {
        Forecast forecast = estimates.at(pool.features(place));
        double pooled = pooled();
        List<Arm> arms = new ArrayList<>();
        for (int arm = 0; arm < slugs.size(); arm++) {
            double amount = (sums[arm] + AMOUNT_WORTH * pooled) / (counts[arm] + AMOUNT_WORTH);
            arms.add(arm(slugs.get(arm), forecast.predict(slugs.get(arm), 0), amount));
        }
        return policy.choose(arms, draws.nextLong()).index();
    }

    private Arm arm(String slug, Prediction said, double amount) {
        return switch (scoring.objective()) {
            case COST_USD -> {
                long nanos = Math.round(amount * NANOS_PER_USD);
                yield new Arm(slug, said, objective.utility(said, nanos, 0), nanos);
            }
            case LATENCY_MS -> {
                Prediction timed = new Prediction(
                        said.quality(),
                        said.width(),
                        said.meanWidth(),
                        said.outputTokens(),
                        amount,
                        said.evidence(),
                        said.tally());
                yield new Arm(slug, timed, objective.utility(timed, 0, 0), 0);
            }
            case ENERGY_J -> new Arm(slug, said, objective.utility(said, 0, amount), 0);
        };
    }

    /** Mean over the models that have answered of their mean amounts; 0 before the first answer. */
    private double pooled() {
        double sum = 0;
        int known = 0;
        for (int arm = 0; arm < sums.length; arm++) {
            if (counts[arm] > 0) {
                sum += sums[arm] / counts[arm];
                known++;
            }
        }
        return known == 0 ? 0 : sum / known;
    }

    @Override
    public void completed(int arm, double amount) {
        counts[arm]++;
        sums[arm] += amount;
    }
}
