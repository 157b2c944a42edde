package io.penstock.learner;

import java.util.List;

/**
 * SquareCB, inverse-gap weighting (Foster and Rakhlin 2020, "Beyond UCB: optimal and efficient contextual bandits with
 * regression oracles"): an arm whose utility lies Δ below the best gets 1 / (K + γΔ), the best gets the rest, with
 * γ = c·√(K·n) and n the observations behind the candidates together. So it explores widely at first and sharpens with
 * evidence. A small c explores for ever; a very large one is greedy. Utilities are clipped to [−1, 1]; the floor is
 * uniform as in {@link LinUcbPolicy}.
 */
record SquareCbPolicy(double c, double floor) implements Policy {

    SquareCbPolicy {
        Checks.within("c", c, 0, 1e9);
        Checks.within("floor", floor, 0, 1);
    }

    @Override
    public Choice choose(List<Arm> arms, long seed) {
        Distribution.requireArms(arms);
        int k = arms.size();
        double gamma = c * Math.sqrt(k * Distribution.evidence(arms));
        double[] scores = new double[k];
        for (int i = 0; i < k; i++) {
            scores[i] = arms.get(i).utility().clipped();
        }
        double[] best = Distribution.argmax(scores);
        double top = Distribution.max(scores);
        double[] weighted = new double[k];
        double rest = 1;
        for (int i = 0; i < k; i++) {
            if (best[i] == 0) {
                weighted[i] = 1 / (k + gamma * (top - scores[i]));
                rest -= weighted[i];
            }
        }
        for (int i = 0; i < k; i++) {
            weighted[i] += rest * best[i];
        }
        return Choice.draw(Distribution.withFloor(weighted, floor), seed);
    }

    @Override
    public String name() {
        return "squarecb";
    }
}
