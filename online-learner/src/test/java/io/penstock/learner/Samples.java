package io.penstock.learner;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Seeded test data. */
final class Samples {

    record Event(Features features, Observation observation) {}

    private Samples() {}

    static Features features(Random random, int dimension) {
        float[] values = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Features.of(values);
    }

    /** Completions, verdicts and corrections in about equal parts; verdicts come before their corrections. */
    static List<Event> events(Random random, int dimension, int count) {
        List<Event> events = new ArrayList<>();
        while (events.size() < count) {
            Features x = features(random, dimension);
            double weight = 0.5 + random.nextDouble();
            double quality = random.nextDouble();
            events.add(new Event(
                    x, new Observation.Completed(weight, random.nextInt(3000), random.nextDouble() * 60_000)));
            events.add(new Event(x, new Observation.Judged(weight, quality)));
            events.add(new Event(x, new Observation.Corrected(weight, quality, random.nextDouble())));
        }
        return events;
    }

    static ModelStatistics fold(List<Event> events, int dimension) {
        ModelStatistics statistics = ModelStatistics.empty(dimension);
        events.forEach(event -> statistics.apply(event.features(), event.observation()));
        return statistics;
    }

    static Map<String, ModelPrior> equalPriors(int models) {
        Map<String, ModelPrior> priors = new TreeMap<>();
        for (int i = 0; i < models; i++) {
            priors.put("m" + i, ModelPrior.ofPrice(1000, 1000));
        }
        return priors;
    }

    /** An arm with this utility from quality alone. */
    static Arm arm(String model, double quality, double width, double evidence, long costNanos) {
        Prediction prediction =
                new Prediction(quality, width, width, 100, 1000, evidence, Tally.clamped(evidence, quality, 0.6));
        Utility utility = Objective.qualityAndCost(0, 1).utility(prediction, costNanos, 0);
        return new Arm(model, prediction, utility, costNanos);
    }
}
