package io.penstock.learner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A seeded stream of requests with known quality of every model, and a one-pass simulation of the router on it: bandit
 * feedback only, estimates refreshed from the sums of four shards, as through the real topics.
 */
final class Stream {

    private static final int DIMENSION = 24;
    private static final int REFRESH = 32;
    private static final int SHARDS = 4;

    private final Map<String, ModelPrior> priors;
    private final List<Features> features = new ArrayList<>();
    private final List<double[]> qualities = new ArrayList<>();

    private Stream(int models) {
        this.priors = Samples.equalPriors(models);
    }

    /** Each of 14 tasks has one model that is right nine times out of ten; the others rarely are. */
    static Stream contextual(int models, int requests, long seed) {
        Random random = new Random(seed);
        Stream stream = new Stream(models);
        double[][] tasks = new double[14][DIMENSION];
        for (double[] task : tasks) {
            Arrays.setAll(task, i -> random.nextGaussian());
        }
        for (int t = 0; t < requests; t++) {
            int task = random.nextInt(tasks.length);
            double[] chances = new double[models];
            Arrays.setAll(chances, k -> task % models == k ? 0.9 : 0.15);
            stream.add(random, tasks[task], chances);
        }
        return stream;
    }

    /** One model is best for every request; features mean nothing. */
    static Stream flat(double[] chances, int requests, long seed) {
        Random random = new Random(seed);
        Stream stream = new Stream(chances.length);
        for (int t = 0; t < requests; t++) {
            stream.add(random, new double[DIMENSION], chances);
        }
        return stream;
    }

    private void add(Random random, double[] centre, double[] chances) {
        float[] x = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            x[i] = (float) (0.7 * centre[i] + 0.7 * random.nextGaussian());
        }
        features.add(Features.of(x));
        qualities.add(Arrays.stream(chances)
                .map(chance -> random.nextDouble() < chance ? 1 : 0)
                .toArray());
    }

    /** The same requests, with each one's features given to another: what context is worth is lost. */
    Stream withShuffledFeatures(long seed) {
        Stream result = new Stream(priors.size());
        result.features.addAll(features);
        Collections.shuffle(result.features, new Random(seed));
        result.qualities.addAll(qualities);
        return result;
    }

    /** The same requests, then those of another stream with as many models. */
    Stream followedBy(Stream next) {
        Stream result = new Stream(priors.size());
        result.features.addAll(features);
        result.features.addAll(next.features);
        result.qualities.addAll(qualities);
        result.qualities.addAll(next.qualities);
        return result;
    }

    /** Believes these means at the start, worth this many observations. */
    Stream warm(double[] means, double worth) {
        Stream result = new Stream(priors.size());
        result.features.addAll(features);
        result.qualities.addAll(qualities);
        for (int k = 0; k < means.length; k++) {
            double mean = means[k];
            result.priors.computeIfPresent("m" + k, (name, prior) -> prior.withQuality(mean, worth));
        }
        return result;
    }

    double bestFixed() {
        double best = 0;
        for (int k = 0; k < priors.size(); k++) {
            int model = k;
            best = Math.max(
                    best,
                    qualities.stream().mapToDouble(q -> q[model]).average().orElseThrow());
        }
        return best;
    }

    double oracle() {
        return qualities.stream()
                .mapToDouble(q -> Arrays.stream(q).max().orElseThrow())
                .average()
                .orElseThrow();
    }

    /** What a run did. */
    record Result(double quality, List<Integer> choices) {

        long plays(int model, int first) {
            return choices.stream().limit(first).filter(k -> k == model).count();
        }
    }

    /** Runs once; the outcome of a request is known {@code delay} requests after it was sent. */
    Result run(Policy policy, LearnerSettings settings, int delay, long seed) {
        List<String> names = List.copyOf(priors.keySet());
        Map<String, List<ModelStatistics>> shards = new TreeMap<>();
        names.forEach(name -> shards.put(name, emptyShards()));
        Estimates estimates = estimates(shards, settings);
        List<Integer> choices = new ArrayList<>();
        int learned = 0;
        double sum = 0;
        for (int t = 0; t < features.size(); t++) {
            if (t % REFRESH == 0 && t >= delay) {
                for (; learned <= t - delay && learned < t; learned++) {
                    int k = choices.get(learned);
                    Observation verdict = new Observation.Judged(1, qualities.get(learned)[k]);
                    shards.get(names.get(k)).get(learned % SHARDS).apply(features.get(learned), verdict);
                }
                estimates = estimates(shards, settings);
            }
            List<Arm> arms = arms(estimates, settings, features.get(t), choices.subList(learned, t));
            int choice = policy.choose(arms, seed * 1_000_003 + t).index();
            choices.add(choice);
            sum += qualities.get(t)[choice];
        }
        return new Result(sum / features.size(), choices);
    }

    private List<Arm> arms(Estimates estimates, LearnerSettings settings, Features x, List<Integer> pending) {
        Objective objective = Objective.qualityAndCost(0, 1);
        List<Arm> arms = new ArrayList<>();
        Forecast forecast = estimates.at(x);
        for (String model : priors.keySet()) {
            double waiting = Collections.frequency(pending, arms.size()) * settings.pendingWorth();
            Prediction prediction = forecast.predict(model, waiting);
            arms.add(new Arm(model, prediction, objective.utility(prediction, 0, 0), 0));
        }
        return arms;
    }

    private Estimates estimates(Map<String, List<ModelStatistics>> shards, LearnerSettings settings) {
        Map<String, ModelStatistics> sums = new HashMap<>();
        shards.forEach((model, parts) ->
                sums.put(model, parts.stream().reduce(ModelStatistics::plus).orElseThrow()));
        return Estimates.of(DIMENSION, sums, priors, settings);
    }

    private static List<ModelStatistics> emptyShards() {
        List<ModelStatistics> shards = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            shards.add(ModelStatistics.empty(DIMENSION));
        }
        return shards;
    }
}
