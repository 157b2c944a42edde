package io.penstock.topology.learn;

import io.penstock.event.FeatureVector;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.learner.Features;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Outcomes for tests. */
final class Outcomes {
    static final String EXTRACTOR = "0a1b2c";

    private Outcomes() {}

    static Outcome.Builder of(OutcomeKind kind, String model, float... features) {
        return Outcome.newBuilder()
                .setScopes(new ArrayList<>(List.of("tenant/acme")))
                .setTenant("acme")
                .setRequestId("r-1")
                .setDecisionId("d-1")
                .setModel(model)
                .setKind(kind)
                .setPropensity(0.5)
                .setFeatures(vector(features))
                .setQuality(kind == OutcomeKind.COMPLETED ? null : 0.75)
                .setReplacedQuality(kind == OutcomeKind.CORRECTED ? 0.25 : null)
                .setOutputTokens(100)
                .setLatencyMs(1500);
    }

    static FeatureVector vector(float... features) {
        return FeatureVector.newBuilder()
                .setExtractor(EXTRACTOR)
                .setDimension(features.length)
                .setValues(ByteBuffer.wrap(Features.of(features).toBytes()))
                .build();
    }

    /** Answers, verdicts and changed verdicts of three models in two scopes. */
    static List<Outcome> random(RandomGenerator random, int count) {
        Map<String, Double> verdicts = new HashMap<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String request = "r-" + random.nextInt(count);
            String model = "model-" + (request.hashCode() & 3);
            double quality = random.nextInt(5) / 4.0;
            boolean completed = random.nextInt(3) == 0;
            Double before = completed ? null : verdicts.put(request, quality);
            OutcomeKind kind =
                    completed ? OutcomeKind.COMPLETED : before == null ? OutcomeKind.JUDGED : OutcomeKind.CORRECTED;
            float[] features = new float[5];
            RandomGenerator own = new Random(request.hashCode());
            for (int j = 0; j < features.length; j++) {
                features[j] = own.nextFloat() * 2 - 1;
            }
            Outcome.Builder outcome = of(kind, model, features)
                    .setRequestId(request)
                    .setQuality(completed ? null : quality)
                    .setReplacedQuality(before)
                    .setOutputTokens(random.nextInt(2000))
                    .setLatencyMs(random.nextDouble() * 9000);
            if (random.nextBoolean()) {
                outcome.setScopes(new ArrayList<>(List.of("tenant/acme", "group/all")));
            }
            outcomes.add(outcome.build());
        }
        return outcomes;
    }
}
