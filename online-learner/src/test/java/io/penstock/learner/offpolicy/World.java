package io.penstock.learner.offpolicy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * A contextual problem with full information: requests of known kinds, models whose chance of a good answer on each is
 * known, and prices. Requests are drawn from a finite population, so the value of any policy is an exact mean over it.
 */
final class World {
    static final int ARMS = 4;
    static final int GROUPS = 5;
    private static final int POPULATION = 400;

    private final double[][] chances = new double[POPULATION][ARMS];
    private final double[] prices = {0.02, 0.05, 0.1, 0.2};
    /** What an imperfect model believes: right about groups, wrong about requests, and biased. */
    private final double[][] believed = new double[POPULATION][ARMS];

    World(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int x = 0; x < POPULATION; x++) {
            double difficulty = 0.4 * random.nextDouble();
            for (int a = 0; a < ARMS; a++) {
                double match = x % GROUPS == a ? 0.25 : 0;
                chances[x][a] = 0.45 + 0.07 * a + match - difficulty + 0.15 * random.nextDouble();
                believed[x][a] = 0.4 + 0.05 * a + 0.7 * match - prices[a];
            }
        }
    }

    int group(int x) {
        return x % GROUPS;
    }

    double[] believed(int x) {
        return believed[x];
    }

    int request(SplittableRandom random) {
        return random.nextInt(POPULATION);
    }

    /** Quality 0 or 1, less the price. */
    double reward(int x, int arm, SplittableRandom random) {
        return (random.nextDouble() < chances[x][arm] ? 1 : 0) - prices[arm];
    }

    double value(IntFunction<double[]> policy) {
        double sum = 0;
        for (int x = 0; x < POPULATION; x++) {
            double[] probabilities = policy.apply(x);
            for (int a = 0; a < ARMS; a++) {
                sum += probabilities[a] * (chances[x][a] - prices[a]);
            }
        }
        return sum / POPULATION;
    }

    static double[] softmax(double[] scores, double temperature, double floor) {
        double[] shares = new double[scores.length];
        double sum = 0;
        for (int a = 0; a < scores.length; a++) {
            shares[a] = Math.exp(scores[a] / temperature);
            sum += shares[a];
        }
        for (int a = 0; a < scores.length; a++) {
            shares[a] = (1 - floor) * shares[a] / sum + floor / scores.length;
        }
        return shares;
    }

    static double[] greedy(double[] scores, double floor) {
        int best = 0;
        for (int a = 1; a < scores.length; a++) {
            best = scores[a] > scores[best] ? a : best;
        }
        double[] shares = new double[scores.length];
        for (int a = 0; a < scores.length; a++) {
            shares[a] = (a == best ? 1 - floor : 0) + floor / scores.length;
        }
        return shares;
    }

    static int draw(double[] probabilities, SplittableRandom random) {
        double left = random.nextDouble();
        for (int a = 0; a < probabilities.length - 1; a++) {
            left -= probabilities[a];
            if (left < 0) {
                return a;
            }
        }
        return probabilities.length - 1;
    }

    /** A policy that does not change decides {@code size} requests; each target judges the same decisions. */
    List<List<LoggedDecision>> frozenLog(
            IntFunction<double[]> logger, List<IntFunction<double[]>> targets, int size, SplittableRandom random) {
        List<List<LoggedDecision>> logs = emptyLogs(targets, size);
        for (int t = 0; t < size; t++) {
            int x = request(random);
            double[] logging = logger.apply(x);
            int chosen = draw(logging, random);
            double reward = reward(x, chosen, random);
            for (int i = 0; i < targets.size(); i++) {
                logs.get(i)
                        .add(LoggedDecision.of(
                                logging,
                                chosen,
                                reward,
                                believed(x),
                                targets.get(i).apply(x)));
            }
        }
        return logs;
    }

    /** Epsilon-greedy on the mean reward of each group and arm; epsilon shrinks, so arms are tried ever less. */
    List<List<LoggedDecision>> adaptiveLog(List<IntFunction<double[]>> targets, int size, SplittableRandom random) {
        List<List<LoggedDecision>> logs = emptyLogs(targets, size);
        double[][] means = new double[GROUPS][ARMS];
        int[][] counts = new int[GROUPS][ARMS];
        for (int t = 0; t < size; t++) {
            int x = request(random);
            double[] known = means[group(x)];
            double epsilon = Math.max(0.1, Math.pow(t + 1, -1.0 / 3));
            double[] logging = greedy(known, epsilon);
            int chosen = draw(logging, random);
            double reward = reward(x, chosen, random);
            for (int i = 0; i < targets.size(); i++) {
                logs.get(i)
                        .add(LoggedDecision.of(
                                logging, chosen, reward, known, targets.get(i).apply(x)));
            }
            known[chosen] += (reward - known[chosen]) / ++counts[group(x)][chosen];
        }
        return logs;
    }

    private static List<List<LoggedDecision>> emptyLogs(List<IntFunction<double[]>> targets, int size) {
        List<List<LoggedDecision>> logs = new ArrayList<>();
        targets.forEach(target -> logs.add(new ArrayList<>(size)));
        return logs;
    }
}
