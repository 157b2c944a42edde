package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.connector.recorded.RecordedArm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each model earns alone over all prompts of a pool, in the order of the arms; what all else is measured by. */
final class Fixed {
    private final double[] rewards;
    private final int best;

    private Fixed(double[] rewards, int best) {
        this.rewards = rewards;
        this.best = best;
    }

    static Fixed of(EvalPool pool, Scoring scoring) {
        double[] rewards = new double[pool.arms()];
        int best = 0;
        for (int arm = 0; arm < rewards.length; arm++) {
            rewards[arm] = pool.fixed(arm, pool.places(), scoring);
            best = rewards[arm] > rewards[best] ? arm : best;
        }
        return new Fixed(rewards, best);
    }

    /** The arm that earns most. */
    int best() {
        return best;
    }

    /** What it earns. */
    double reward() {
        return rewards[best];
    }

    Earned earned(EvalPool pool, Scoring scoring, List<List<Choices>> passes) {
        return Earned.of(pool, scoring, rewards, best, passes);
    }

    EvalRow.Yardsticks yardsticks(EvalPool pool, Scoring scoring, List<List<WarmHalf>> cuts) {
        Map<String, Double> trained = new LinkedHashMap<>();
        int prompts = 0;
        for (WarmHalf half : cuts.stream().flatMap(List::stream).toList()) {
            prompts += half.size();
            half.baselines(scoring)
                    .forEach((name, choices) ->
                            trained.merge(name, half.size() * choices.reward(pool, scoring), Double::sum));
        }
        int all = prompts;
        trained.replaceAll((name, sum) -> sum / all);
        double random = 0;
        for (double reward : rewards) {
            random += reward / rewards.length;
        }
        RecordedArm arm = pool.outcomes().arms().get(best);
        return new EvalRow.Yardsticks(
                oracle(pool, scoring),
                rewards[best],
                arm.name(),
                random,
                trained.getOrDefault(Baselines.KNN, Double.NaN),
                trained.getOrDefault(Baselines.RIDGE, Double.NaN),
                trained.getOrDefault(Baselines.LOGISTIC, Double.NaN));
    }

    private static double oracle(EvalPool pool, Scoring scoring) {
        double sum = 0;
        for (int place = 0; place < pool.size(); place++) {
            sum += pool.best(place, scoring);
        }
        return sum / pool.size();
    }
}
