package io.penstock.benchmark;

import io.penstock.event.Candidate;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.InferenceRequest;
import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureVector;
import io.penstock.feature.LexicalSignals;
import io.penstock.feature.Prompt;
import io.penstock.learner.Arm;
import io.penstock.learner.Estimates;
import io.penstock.learner.Features;
import io.penstock.learner.Forecast;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Objective;
import io.penstock.learner.Observation;
import io.penstock.learner.Policies;
import io.penstock.learner.Policy;
import io.penstock.learner.Prediction;
import io.penstock.schema.EventCodec;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;

/** Microseconds of each part of enrich + route on one thread, without Kafka: where the time of a decision goes. */
final class PartTimes {
    private static final int WARM_UP = 20_000;
    private static final int ROUNDS = 50_000;

    private final EventCodec codec = EventCodec.local();
    private final BenchReport report;

    PartTimes(BenchReport report) {
        this.report = report;
    }

    void measure(FeatureExtractor extractor) {
        InferenceRequest request = FixedRecord.request(1);
        byte[] encoded = codec.encode(request);
        // Made anew each time: a prompt keeps what one pass over its text finds.
        Supplier<Prompt> prompt = () -> Prompt.of(request.getPrompt());
        LexicalSignals lexical = new LexicalSignals();
        List<FeatureVector> vectors = extractor.extract(List.of(prompt.get()));
        Features features = Features.of(vectors.get(0).toFloats());
        Estimates estimates = estimates(features.dimension());
        Policy policy = Policies.byName("thompson", Map.of());
        tell(
                "part: decode request",
                i -> codec.decode(InferenceRequest.class, encoded)
                        .getRequestId()
                        .length());
        tell("part: lexical signals", i -> lexical.of(prompt.get()).present().size());
        tell(
                "part: features (default tier, d = 64)",
                i -> extractor.extract(List.of(prompt.get())).size());
        tell("part: score and pick 11 models (Thompson, d = 64)", i -> decide(estimates, features, policy, i));
        Decision decision = decision(lexical.of(prompt.get()).present(), vectors.get(0));
        tell("part: encode decision (11 candidates)", i -> codec.encode(decision).length);
        tell("part: encode request (a dispatch is as large)", i -> codec.encode(request).length);
        report.tell("decision record", codec.encode(decision).length, "bytes");
        report.tell("request record", encoded.length, "bytes");
    }

    private static Decision decision(Map<String, Double> signals, FeatureVector vector) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < BenchCluster.MODELS; i++) {
            candidates.add(Candidate.newBuilder()
                    .setModel(BenchCluster.slug(i))
                    .setPredictedQuality(0.61)
                    .setPredictedCostNanos(123_456)
                    .setUtility(0.6)
                    .setProbability(1.0 / BenchCluster.MODELS)
                    .build());
        }
        return Decision.newBuilder()
                .setTenant("default")
                .setRequestId("request-1")
                .setDecisionId("0123456789abcdef0123456789abcdef")
                .setKind(DecisionKind.DISPATCH)
                .setRoutingKey("request-1")
                .setModel(BenchCluster.slug(0))
                .setCandidates(candidates)
                .setPolicies(List.of(new PolicyUse("tenant/default", 0, 7L, 9L, PolicyRole.LEARNS)))
                .setSignals(signals)
                .setFeatures(new io.penstock.event.FeatureVector(
                        "0123456789abcdef", vector.dimension(), ByteBuffer.wrap(vector.toBytes()), false))
                .setStartBefore(Instant.EPOCH)
                .setExpiresAt(Instant.EPOCH)
                .build();
    }

    private static long decide(Estimates estimates, Features features, Policy policy, int seed) {
        Objective objective = Objective.qualityAndCost(0.05, 1e6);
        List<Arm> arms = new ArrayList<>(BenchCluster.MODELS);
        Forecast forecast = estimates.at(features);
        for (int i = 0; i < BenchCluster.MODELS; i++) {
            Prediction prediction = forecast.predict(BenchCluster.slug(i), 0);
            arms.add(new Arm(BenchCluster.slug(i), prediction, objective.utility(prediction, 1000L * i, 0), 1000L * i));
        }
        return policy.choose(arms, seed).index();
    }

    private static Estimates estimates(int dimension) {
        Map<String, ModelStatistics> sums = new HashMap<>();
        Map<String, ModelPrior> priors = new HashMap<>();
        Random random = new Random(1);
        for (int m = 0; m < BenchCluster.MODELS; m++) {
            ModelStatistics statistics = ModelStatistics.empty(dimension);
            for (int n = 0; n < 200; n++) {
                float[] x = new float[dimension];
                for (int i = 0; i < dimension; i++) {
                    x[i] = (float) random.nextGaussian();
                }
                statistics.apply(Features.of(x), new Observation.Judged(1, random.nextDouble()));
            }
            sums.put(BenchCluster.slug(m), statistics);
            priors.put(BenchCluster.slug(m), ModelPrior.ofPrice(100 * (m + 1), 400 * (m + 1)));
        }
        return Estimates.of(dimension, sums, priors, LearnerSettings.defaults());
    }

    private void tell(String name, IntToLongFunction work) {
        long sink = 0;
        for (int i = 0; i < WARM_UP; i++) {
            sink += work.applyAsLong(i);
        }
        long start = System.nanoTime();
        for (int i = 0; i < ROUNDS; i++) {
            sink += work.applyAsLong(i);
        }
        double micros = (System.nanoTime() - start) / 1000.0 / ROUNDS;
        // The sum is used, so the work cannot be optimised away.
        report.tell(name, sink == Long.MIN_VALUE ? -1 : micros, "us");
    }
}
