package io.penstock.app.replay;

import io.penstock.app.plot.Line;
import io.penstock.app.plot.SvgPlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the reward went over a replay: moving means over the requests in the order they were sent, of the policy, of the
 * best fixed model, of a random choice and of the oracle on the same prompts.
 *
 * @param window requests in each mean
 * @param at number of requests sent at each point
 * @param policy mean reward of the policy over the window before each point; so are the other three
 */
public record LearningCurve(
        int window,
        List<Double> at,
        List<Double> policy,
        List<Double> bestFixed,
        List<Double> random,
        List<Double> oracle) {
    private static final int POINTS = 200;
    private static final int SMALLEST_WINDOW = 50;

    static LearningCurve of(Ledger ledger, int bestFixedArm) {
        int size = ledger.workload().size();
        double[] policy = new double[size];
        double[] fixed = new double[size];
        double[] random = new double[size];
        double[] oracle = new double[size];
        int arms = ledger.workload().arms().size();
        for (int i = 0; i < size; i++) {
            double[] rewards = new double[arms];
            for (int arm = 0; arm < arms; arm++) {
                rewards[arm] = ledger.scoring().reward(ledger.workload().prompt(i), arm);
            }
            policy[i] = ledger.reward(i);
            fixed[i] = rewards[bestFixedArm];
            random[i] = Arrays.stream(rewards).average().orElse(0);
            oracle[i] = Arrays.stream(rewards).max().orElse(0);
        }
        int window = Math.max(1, Math.min(size, Math.max(SMALLEST_WINDOW, size / 10)));
        List<Integer> ends = ends(window, size);
        return new LearningCurve(
                window,
                ends.stream().map(Integer::doubleValue).toList(),
                means(policy, window, ends),
                means(fixed, window, ends),
                means(random, window, ends),
                means(oracle, window, ends));
    }

    private static List<Integer> ends(int window, int size) {
        List<Integer> ends = new ArrayList<>();
        int steps = Math.min(POINTS, size - window);
        for (int i = 0; i <= steps; i++) {
            ends.add(steps == 0 ? size : window + (int) ((long) i * (size - window) / steps));
        }
        return ends;
    }

    private static List<Double> means(double[] values, int window, List<Integer> ends) {
        double[] sums = new double[values.length + 1];
        for (int i = 0; i < values.length; i++) {
            sums[i + 1] = sums[i] + values[i];
        }
        return ends.stream()
                .map(end -> (sums[end] - sums[end - window]) / window)
                .toList();
    }

    /** As an SVG image; a single point is drawn as a flat line. */
    public String svg(String pool, String policyName, String bestFixedName) {
        List<Line> lines = List.of(
                line("oracle", "#9aa0a6", false, oracle),
                line("best single: " + bestFixedName, "#e8710a", false, bestFixed),
                line("random", "#d93025", false, random),
                line("Penstock (" + policyName + ")", "#1a73e8", true, policy));
        List<Double> xs = at.size() > 1 ? at : List.of(0.0, at.get(0));
        return SvgPlot.draw(
                "Reward while learning, pool " + pool,
                "requests",
                "mean reward of the last " + window + " requests",
                xs,
                lines);
    }

    private Line line(String name, String color, boolean strong, List<Double> values) {
        List<Double> drawn = values.size() > 1 ? values : List.of(values.get(0), values.get(0));
        return new Line(name, color, strong, drawn);
    }
}
