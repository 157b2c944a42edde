package io.penstock.benchmark;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long do one decision and its two updates (answer and verdict) take, with and without a refit of all models every
 * {@value #DECISIONS_PER_REFIT} decisions? {@code ./penstock bench learner}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecideBenchmark {
    static final int DECISIONS_PER_REFIT = 100;

    private static final int CONTEXTS = 1024;
    private static final int SEEN_BY_EACH = 1000;
    private static final int INPUT_TOKENS = 100;
    private static final double LAMBDA = 0.05;
    private static final double REFERENCE_NANOS = 1e6;

    /** Features without the bias, and models. */
    @Param({"26x4", "64x16"})
    public String shape = "";

    @Param({"squarecb", "linucb", "thompson"})
    public String policy = "";

    private final Objective objective = Objective.qualityAndCost(LAMBDA, REFERENCE_NANOS);
    private final Map<String, ModelPrior> priors = new HashMap<>();
    private final Map<String, ModelStatistics> sums = new HashMap<>();
    private final List<ModelPrior> priorOf = new ArrayList<>();
    private final List<ModelStatistics> sumsOf = new ArrayList<>();
    private final List<String> models = new ArrayList<>();
    private final List<Features> contexts = new ArrayList<>();
    private final Random random = new Random(1);
    private int dimension;
    private Policy chooser = Policies.byName("random", Map.of());
    private Estimates estimates = Estimates.of(1, Map.of(), Map.of(), LearnerSettings.defaults());
    private long decisions;

    @Setup
    public void setUp() {
        int cross = shape.indexOf('x');
        dimension = Integer.parseInt(shape.substring(0, cross));
        for (int i = 0; i < CONTEXTS; i++) {
            float[] values = new float[dimension];
            for (int j = 0; j < dimension; j++) {
                values[j] = (float) random.nextGaussian();
            }
            contexts.add(Features.of(values));
        }
        for (int k = 0; k < Integer.parseInt(shape.substring(cross + 1)); k++) {
            String model = "model-" + k;
            models.add(model);
            priorOf.add(ModelPrior.ofPrice(100 * (k + 1), 400 * (k + 1)));
            sumsOf.add(ModelStatistics.empty(dimension));
            priors.put(model, priorOf.get(k));
            sums.put(model, sumsOf.get(k));
            for (int i = 0; i < SEEN_BY_EACH; i++) {
                update(k, contexts.get(random.nextInt(CONTEXTS)));
            }
        }
        chooser = Policies.byName(policy, Map.of());
        estimates = refit();
    }

    /** One decision and its updates. */
    @Benchmark
    public int decideAndUpdate() {
        return decide();
    }

    /** The same, its share of a refit included. */
    @Benchmark
    public int decideAndUpdateAndRefit() {
        if (decisions % DECISIONS_PER_REFIT == 0) {
            estimates = refit();
        }
        return decide();
    }

    /** One refit of all models. */
    @Benchmark
    public Estimates refit() {
        return Estimates.of(dimension, sums, priors, LearnerSettings.defaults());
    }

    private int decide() {
        Features context = contexts.get((int) (decisions % CONTEXTS));
        Forecast forecast = estimates.at(context);
        List<Arm> arms = new ArrayList<>(models.size());
        for (int k = 0; k < models.size(); k++) {
            String model = models.get(k);
            ModelPrior prior = priorOf.get(k);
            Prediction prediction = forecast.predict(model, 0);
            long cost = prior.costNanos(INPUT_TOKENS, prediction.outputTokens());
            arms.add(new Arm(model, prediction, objective.utility(prediction, cost, 0), cost));
        }
        int chosen = chooser.choose(arms, decisions++).index();
        update(chosen, context);
        return chosen;
    }

    private void update(int model, Features context) {
        ModelStatistics statistics = sumsOf.get(model);
        statistics.apply(context, new Observation.Completed(1, 100 + random.nextInt(400), 500 + random.nextInt(2000)));
        statistics.apply(context, new Observation.Judged(1, random.nextInt(2)));
    }
}
