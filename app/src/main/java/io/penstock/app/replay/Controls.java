package io.penstock.app.replay;

import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.connector.recorded.RecordedPrompt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What simple strategies would have earned on the same prompts, to stand beside a policy. All are computed from the
 * recorded outcomes of every model; the policy saw only the outcomes of the models it chose.
 *
 * <ul>
 *   <li><b>oracle</b>: the best model of each prompt, known in advance; nothing can be above it;
 *   <li><b>best fixed</b>: the one model whose mean reward is highest, known in advance;
 *   <li><b>random</b>: each model equally often;
 *   <li><b>shuffled</b>: the policy's own choices, dealt to other prompts at random. Every model keeps its number of
 *       pulls, so the shares match, and with them the cost in expectation; only the fit between prompt and model is
 *       gone. What the policy has above it is what it gained from looking at the prompt;
 *   <li><b>cost-matched shuffled</b>: the same deals, but charged exactly what the policy paid, so that the difference
 *       to the policy is a difference in quality alone.
 * </ul>
 */
public final class Controls {
    static final int PERMUTATIONS = 200;

    private final Scoring scoring;
    private final List<RecordedPrompt> prompts;
    private final int armCount;

    Controls(Scoring scoring, List<RecordedPrompt> prompts) {
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("controls need at least one prompt");
        }
        this.scoring = scoring;
        this.prompts = prompts;
        this.armCount = prompts.get(0).outcomes().size();
    }

    /** Mean reward, quality, dollars and amount of the objective of a strategy. */
    public record Score(double reward, double quality, double costUsd, double amount) {}

    Score oracle() {
        Mean mean = new Mean();
        for (RecordedPrompt prompt : prompts) {
            mean.add(prompt, bestArm(prompt));
        }
        return mean.score();
    }

    private int bestArm(RecordedPrompt prompt) {
        int best = 0;
        for (int arm = 1; arm < armCount; arm++) {
            double gain = scoring.reward(prompt, arm) - scoring.reward(prompt, best);
            if (gain > 0 || (gain == 0 && amount(prompt, arm) < amount(prompt, best))) {
                best = arm;
            }
        }
        return best;
    }

    private double amount(RecordedPrompt prompt, int arm) {
        return scoring.objective().of(prompt.outcomes().get(arm));
    }

    /** Each model on every prompt, in the order of the arms. */
    List<Score> fixed() {
        List<Score> scores = new ArrayList<>();
        for (int arm = 0; arm < armCount; arm++) {
            Mean mean = new Mean();
            for (RecordedPrompt prompt : prompts) {
                mean.add(prompt, arm);
            }
            scores.add(mean.score());
        }
        return scores;
    }

    int bestFixedArm() {
        List<Score> scores = fixed();
        Comparator<Integer> byReward =
                Comparator.comparingDouble(arm -> scores.get(arm).reward());
        return IntStream.range(0, armCount).boxed().max(byReward).orElseThrow();
    }

    Score random() {
        Mean mean = new Mean();
        for (RecordedPrompt prompt : prompts) {
            for (int arm = 0; arm < armCount; arm++) {
                mean.add(prompt, arm);
            }
        }
        return mean.score();
    }

    /**
     * The policy's choices dealt anew.
     *
     * @param chosen the arm of each prompt; {@link Ledger#NONE} = no answer
     * @param rewards what the policy earned on each prompt
     * @param meanAmount what the policy paid a prompt, in the objective's unit
     */
    Shuffled shuffled(int[] chosen, double[] rewards, double meanAmount, long seed) {
        int[] dealt = chosen.clone();
        Random random = new Random(seed);
        Spread reward = new Spread();
        Spread matched = new Spread();
        Spread cost = new Spread();
        for (int round = 0; round < PERMUTATIONS; round++) {
            shuffle(dealt, random);
            Mean mean = new Mean();
            for (int i = 0; i < dealt.length; i++) {
                mean.add(prompts.get(i), dealt[i]);
            }
            Score score = mean.score();
            reward.add(score.reward());
            matched.add(scoring.reward(score.quality(), meanAmount));
            cost.add(score.costUsd());
        }
        Spread difference = pairedDifference(chosen, rewards);
        return new Shuffled(
                reward.mean(),
                reward.deviation(),
                matched.mean(),
                matched.deviation(),
                cost.mean(),
                difference.mean(),
                difference.deviation() / Math.sqrt((double) difference.count()));
    }

    /**
     * Reward minus the expectation of the shuffled control, prompt by prompt: the expectation over all deals is the mean
     * over the models weighted by their shares, so no sampling error enters.
     */
    private Spread pairedDifference(int[] chosen, double[] rewards) {
        double[] shares = shares(chosen);
        Spread spread = new Spread();
        for (int i = 0; i < chosen.length; i++) {
            double expected = 0;
            for (int arm = 0; arm < armCount; arm++) {
                expected += shares[arm] * scoring.reward(prompts.get(i), arm);
            }
            spread.add(rewards[i] - expected);
        }
        return spread;
    }

    private double[] shares(int[] chosen) {
        double[] shares = new double[armCount];
        for (int arm : chosen) {
            if (arm != Ledger.NONE) {
                shares[arm] += 1.0 / chosen.length;
            }
        }
        return shares;
    }

    private static void shuffle(int[] values, Random random) {
        for (int i = values.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = values[i];
            values[i] = values[other];
            values[other] = kept;
        }
    }

    /**
     * @param reward mean reward over the deals
     * @param deviation its standard deviation over the deals
     * @param matchedReward mean reward at the policy's own cost
     * @param matchedDeviation its standard deviation over the deals
     * @param costUsd mean dollars a request over the deals
     * @param pairedDifference policy minus control, mean over the prompts
     * @param pairedError standard error of that over the prompts
     */
    public record Shuffled(
            double reward,
            double deviation,
            double matchedReward,
            double matchedDeviation,
            double costUsd,
            double pairedDifference,
            double pairedError) {}

    private final class Mean {
        private double reward;
        private double quality;
        private double cost;
        private double amount;
        private int count;

        void add(RecordedPrompt prompt, int arm) {
            count++;
            if (arm == Ledger.NONE) {
                return;
            }
            RecordedOutcome outcome = prompt.outcomes().get(arm);
            reward += scoring.reward(prompt, arm);
            quality += outcome.quality();
            cost += outcome.costUsd();
            amount += scoring.objective().of(outcome);
        }

        Score score() {
            return new Score(reward / count, quality / count, cost / count, amount / count);
        }
    }
}
