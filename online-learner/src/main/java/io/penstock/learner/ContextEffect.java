package io.penstock.learner;

import java.util.Arrays;
import java.util.List;

/** How far a verdict lies from its model's mean because of the prompt: a ridge regression on the model's own sums. */
final class ContextEffect {
    private ContextEffect() {}

    /**
     * Coefficients of (1, x), 0 on average over the contexts seen; empty before there was a verdict.
     *
     * @param ridge on the slopes, in observations as of the latest time
     */
    static double[] of(ModelStatistics statistics, double ridge) {
        Moments quality = statistics.asOf(statistics.latest()).quality();
        double weight = quality.weight();
        if (!(weight > 0)) {
            return new double[0];
        }
        int width = statistics.dimension() + 1;
        double[] centre = RidgeMember.centre(width, List.of(quality));
        RidgeMember member = new RidgeMember(quality, 0, quality.sum(0) / weight, ridge, centre);
        double[] ridges = new double[width];
        Arrays.fill(ridges, ridge);
        double[] coefficients = new Factorisation(member.gram(), ridges).solve(member.cross());
        coefficients[0] = 0;
        Line line = Line.uncentred(0, coefficients, centre);
        for (int i = 0; i < width; i++) {
            coefficients[i] = line.coefficient(i);
        }
        return coefficients;
    }
}
