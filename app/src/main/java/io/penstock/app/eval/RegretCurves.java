package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much reward routers have lost by each request of a pass, summed from its start: mean and standard error over the
 * orders.
 *
 * @param at requests so far
 * @param againstOracle by router, lost to the best model of each prompt
 * @param againstFixed by router, lost to the best fixed model; negative where the router is ahead
 */
public record RegretCurves(
        String pool,
        double lambda,
        List<Integer> at,
        Map<String, Curve> againstOracle,
        Map<String, Curve> againstFixed) {

    static final String COLD = "cold, prices known";
    static final String BLIND = "cold, knowing nothing";

    private static final int POINTS = 120;

    /** One value for each of {@link RegretCurves#at()}. */
    public record Curve(List<Double> mean, List<Double> error) {}

    /** @param passes by router, then by seed; one pass a seed */
    static RegretCurves of(EvalPool pool, Scoring scoring, int best, Map<String, List<List<Choices>>> passes) {
        int size = passes.values().iterator().next().get(0).get(0).size();
        List<Integer> at = new ArrayList<>();
        int points = Math.min(POINTS, size);
        for (int i = 1; i <= points; i++) {
            at.add((int) ((long) i * size / points));
        }
        Map<String, Curve> oracle = new LinkedHashMap<>();
        Map<String, Curve> fixed = new LinkedHashMap<>();
        passes.forEach((router, ofSeeds) -> {
            List<Choices> all = ofSeeds.stream().flatMap(List::stream).toList();
            oracle.put(
                    router,
                    curve(
                            all,
                            at,
                            (choices, i) -> pool.best(choices.places()[i], scoring)
                                    - scoring.reward(pool.prompt(choices.places()[i]), choices.arm(i))));
            fixed.put(
                    router,
                    curve(
                            all,
                            at,
                            (choices, i) -> scoring.reward(pool.prompt(choices.places()[i]), best)
                                    - scoring.reward(pool.prompt(choices.places()[i]), choices.arm(i))));
        });
        return new RegretCurves(pool.outcomes().pool(), scoring.lambda(), List.copyOf(at), oracle, fixed);
    }

    private interface Loss {
        double of(Choices choices, int i);
    }

    private static Curve curve(List<Choices> passes, List<Integer> at, Loss loss) {
        double[] sums = new double[at.size()];
        double[] squares = new double[at.size()];
        for (Choices pass : passes) {
            double lost = 0;
            int done = 0;
            for (int point = 0; point < at.size(); point++) {
                for (; done < Math.min(at.get(point), pass.size()); done++) {
                    lost += loss.of(pass, done);
                }
                sums[point] += lost;
                squares[point] += lost * lost;
            }
        }
        List<Double> means = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        int n = passes.size();
        for (int point = 0; point < sums.length; point++) {
            double mean = sums[point] / n;
            double variance = n < 2 ? 0 : Math.max(0, squares[point] - n * mean * mean) / (n - 1);
            means.add(mean);
            errors.add(Math.sqrt(variance / n));
        }
        return new Curve(List.copyOf(means), List.copyOf(errors));
    }
}
