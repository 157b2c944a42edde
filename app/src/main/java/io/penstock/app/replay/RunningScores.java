package io.penstock.app.replay;

import java.util.Arrays;

/**
 * Means over the requests that have a response so far, of the policy and of what every single model would have earned on
 * the same prompts. Each update costs only the new ones.
 */
final class RunningScores {
    private final Ledger ledger;
    private final int[] pulls;
    private final double[] fixed;
    private double reward;
    private double quality;
    private double costUsd;
    private double oracle;
    private int count;

    RunningScores(Ledger ledger) {
        this.ledger = ledger;
        int arms = ledger.workload().arms().size();
        this.pulls = new int[arms];
        this.fixed = new double[arms];
    }

    void update() {
        while (count < ledger.settled()) {
            add(ledger.settledAt(count++));
        }
    }

    private void add(int index) {
        reward += ledger.reward(index);
        quality += ledger.quality(index);
        costUsd += ledger.costUsd(index);
        if (ledger.arm(index) != Ledger.NONE) {
            pulls[ledger.arm(index)]++;
        }
        double best = Double.NEGATIVE_INFINITY;
        for (int arm = 0; arm < fixed.length; arm++) {
            double alone = ledger.scoring().reward(ledger.workload().prompt(index), arm);
            fixed[arm] += alone;
            best = Math.max(best, alone);
        }
        oracle += best;
    }

    int count() {
        return count;
    }

    double reward() {
        return mean(reward);
    }

    double quality() {
        return mean(quality);
    }

    double costUsd() {
        return mean(costUsd);
    }

    double share(int arm) {
        return mean(pulls[arm]);
    }

    double random() {
        return mean(Arrays.stream(fixed).average().orElse(0));
    }

    double oracle() {
        return mean(oracle);
    }

    /** What always this arm would have earned. */
    double fixed(int arm) {
        return mean(fixed[arm]);
    }

    private double mean(double sum) {
        return count == 0 ? 0 : sum / count;
    }
}
