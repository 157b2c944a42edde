package io.penstock.app.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.app.replay.SampleData;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import io.penstock.learner.Arm;
import io.penstock.learner.Estimates;
import io.penstock.learner.Forecast;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Objective;
import io.penstock.learner.Observation;
import io.penstock.learner.Policies;
import io.penstock.learner.Policy;
import io.penstock.learner.Prediction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A model that comes when a stream of recorded prompts has run for a while. */
class NewModelTest {
    private static final RecordedOutcomes SAMPLE = SampleData.load();
    private static final String NEWCOMER = "gemini-1-5-flash-002";
    /** Of about the same quality, and five times dearer. */
    private static final String SIMILAR = "llama-3-1-70b-instruct";

    private static final double LAMBDA = 0.2;
    private static final int BEFORE = 500;
    private static final int AFTER = 600;
    private static final int WINDOW = 20;

    /**
     * @param decisions from its coming until half of the last 20 go to it; {@link #AFTER} = never
     * @param costBefore mean of the requests before it came, in nano-dollars
     * @param costUntil of those until it is adopted
     */
    private record Adoption(int decisions, double costBefore, double costUntil) {}

    private static EvalPool pool() {
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            return new EvalPool(SAMPLE, extractor);
        }
    }

    private static Adoption run(EvalPool pool, ModelPrior newcomer, long seed) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, pool.size()).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        SplittableRandom draws = new SplittableRandom(seed);
        Policy policy = Policies.byName("thompson", Map.of());
        Map<String, ModelPrior> priors = new TreeMap<>(pool.priors());
        priors.remove(NEWCOMER);
        Map<String, ModelStatistics> sums = new HashMap<>();
        Deque<String> last = new ArrayDeque<>();
        double before = 0;
        double until = 0;
        for (int i = 0; i < BEFORE + AFTER; i++) {
            if (i == BEFORE) {
                priors.put(NEWCOMER, newcomer);
            }
            int place = order.get(i);
            Estimates estimates = Estimates.of(pool.dimension(), sums, priors, LearnerSettings.defaults());
            String chosen = choose(pool, place, estimates, List.copyOf(priors.keySet()), policy, draws.nextLong());
            RecordedOutcome outcome =
                    pool.prompt(place).outcomes().get(SAMPLE.arm(chosen).orElseThrow());
            ModelStatistics sum = sums.computeIfAbsent(chosen, missing -> ModelStatistics.empty(pool.dimension()));
            sum.apply(pool.features(place), new Observation.Completed(1, outcome.outputTokens(), outcome.latencyMs()));
            sum.apply(pool.features(place), new Observation.Judged(1, outcome.quality()));
            if (i < BEFORE) {
                before += outcome.costNanos();
                continue;
            }
            until += outcome.costNanos();
            last.add(chosen);
            if (last.size() > WINDOW) {
                last.remove();
            }
            if (2L * last.stream().filter(NEWCOMER::equals).count() >= WINDOW) {
                return new Adoption(i - BEFORE + 1, before / BEFORE, until / (i - BEFORE + 1));
            }
        }
        return new Adoption(AFTER, before / BEFORE, until / AFTER);
    }

    private static String choose(
            EvalPool pool, int place, Estimates estimates, List<String> models, Policy policy, long draw) {
        Objective objective = pool.objective(LAMBDA);
        Forecast forecast = estimates.at(pool.features(place));
        List<Arm> arms = new ArrayList<>();
        for (String model : models) {
            Prediction prediction = forecast.predict(model, 0);
            long cost = pool.prior(model).costNanos(pool.inputTokens(place), prediction.outputTokens());
            arms.add(new Arm(model, prediction, objective.utility(prediction, cost, 0), cost));
        }
        return models.get(policy.choose(arms, draw).index());
    }

    @Test
    void shouldAdoptANewModelThatIsLikeAGoodOneWithin142RequestsForLessThanBefore() {
        // Given
        EvalPool pool = pool();
        ModelPrior priced = pool.prior(NEWCOMER);
        ModelPrior likened = priced.withSimilar(new ModelPrior.Similar(SIMILAR, 50));
        List<Adoption> byPrice = new ArrayList<>();
        List<Adoption> byLikeness = new ArrayList<>();
        // When
        for (long seed = 1; seed <= 9; seed++) {
            byPrice.add(run(pool, priced, seed));
            byLikeness.add(run(pool, likened, seed));
        }
        // Then
        assertThat(median(byLikeness)).isLessThanOrEqualTo(142).isLessThan(median(byPrice));
        assertThat(mean(byLikeness, Adoption::costUntil)).isLessThan(mean(byLikeness, Adoption::costBefore));
    }

    private static double mean(List<Adoption> adoptions, ToDoubleFunction<Adoption> value) {
        return adoptions.stream().mapToDouble(value).average().orElseThrow();
    }

    @Test
    void shouldNotPlayANewModelJustBecauseItHasNeverBeenSeen() {
        // Given: it is said to be like one that has shown to be bad
        EvalPool pool = pool();
        ModelPrior likened = pool.prior(NEWCOMER).withSimilar(new ModelPrior.Similar("mathstral-7b", 50));
        // When
        List<Adoption> adoptions = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            adoptions.add(run(pool, likened, seed));
        }
        // Then
        assertThat(adoptions)
                .allSatisfy(adoption -> assertThat(adoption.decisions()).isGreaterThan(20));
    }

    private static int median(List<Adoption> adoptions) {
        List<Integer> sorted =
                adoptions.stream().map(Adoption::decisions).sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
