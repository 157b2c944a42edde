package io.penstock.app.replay;

import io.penstock.connector.recorded.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What came of a replay. {@link ReplayJson} and {@link ReplayTable} say it.
 *
 * @param counts of requests, decisions and responses
 * @param policy mean reward, quality, dollars and amount of the objective over all requests sent
 * @param models in the order of pools.json
 * @param entropy Shannon entropy of the models' shares in bits: 0 if one model answered everything
 * @param digest of the log, for deterministic replays; see {@link LogDigest}
 * @param sample one request of this run, to be explained
 */
public record ReplayReport(
        String pool,
        Objective objective,
        ReplaySettings settings,
        double reference,
        Counts counts,
        Controls.Score policy,
        List<ModelRow> models,
        double entropy,
        Controls.Score oracle,
        Controls.Score random,
        int bestFixedArm,
        Controls.Shuffled shuffled,
        LearningCurve curve,
        double wallSeconds,
        @Nullable String digest,
        Sample sample) {

    static ReplayReport of(Ledger ledger, ReplaySettings settings, Run run) {
        Workload workload = ledger.workload();
        Controls controls = new Controls(ledger.scoring(), workload.prompts());
        List<Controls.Score> fixed = controls.fixed();
        List<ModelRow> models = new ArrayList<>();
        for (int arm = 0; arm < fixed.size(); arm++) {
            models.add(ModelRow.of(ledger, arm, fixed.get(arm)));
        }
        Controls.Score policy = mean(ledger);
        int[] chosen = IntStream.range(0, workload.size()).map(ledger::arm).toArray();
        double[] rewards =
                IntStream.range(0, workload.size()).mapToDouble(ledger::reward).toArray();
        int best = controls.bestFixedArm();
        return new ReplayReport(
                workload.outcomes().pool(),
                workload.outcomes().objective(),
                settings,
                ledger.scoring().reference(),
                ledger.counts(),
                policy,
                List.copyOf(models),
                entropy(models),
                controls.oracle(),
                controls.random(),
                best,
                controls.shuffled(chosen, rewards, policy.amount(), settings.seed()),
                LearningCurve.of(ledger, best),
                run.wallSeconds(),
                run.digest(),
                run.sample());
    }

    /** What only the running loop knows. */
    record Run(double wallSeconds, @Nullable String digest, Sample sample) {}

    private static Controls.Score mean(Ledger ledger) {
        int size = ledger.workload().size();
        double reward = 0;
        double quality = 0;
        double cost = 0;
        double amount = 0;
        for (int i = 0; i < size; i++) {
            reward += ledger.reward(i);
            quality += ledger.quality(i);
            cost += ledger.costUsd(i);
            amount += ledger.amount(i);
        }
        return new Controls.Score(reward / size, quality / size, cost / size, amount / size);
    }

    static double entropy(List<ModelRow> models) {
        double bits = 0;
        for (ModelRow model : models) {
            if (model.share() > 0) {
                bits -= model.share() * Math.log(model.share()) / Math.log(2);
            }
        }
        return bits;
    }

    public ModelRow bestFixed() {
        return models.get(bestFixedArm);
    }

    /**
     * The part of the way from the best fixed model to the oracle that the policy went; 0 if there is no way to go,
     * negative if it is below the best fixed model.
     */
    public double gapCovered() {
        double gap = oracle.reward() - bestFixed().fixed().reward();
        return gap > 0 ? (policy.reward() - bestFixed().fixed().reward()) / gap : 0;
    }

    /** Whether every request was answered exactly once. */
    public boolean isClean() {
        return counts.isClean();
    }

    /** The curve as an SVG image. */
    public String svg() {
        return curve.svg(pool, settings.policy(), bestFixed().name());
    }
}
