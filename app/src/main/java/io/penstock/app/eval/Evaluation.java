package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.app.replay.Spread;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.feature.FeatureExtractor;
import io.penstock.learner.Objective;
import io.penstock.learner.Policies;
import io.penstock.learner.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a policy on recorded outcomes. Cold: the router's decisions from prices and bandit feedback alone. Warm: a
 * model trained on the full outcomes of other prompts, which learns on. Each prompt is judged by a model that was not
 * trained on it: on one half by what the other half taught, both ways, or everything by what other data taught. The data
 * is cut into halves in several ways, since what a warm model earns depends more on the cut than on anything else; a cut is
 * a hash of the prompts' ids, so it is the same in every pool. Features of warm models are fitted on the teaching prompts
 * alone.
 */
public final class Evaluation {
    /** Cuts in halves; more of them cost seconds each, since each trains anew. */
    private static final int CUTS = 10;

    private final EvalSettings settings;
    private final FeatureExtractor extractor;
    private final Consumer<String> steps;
    private final FittedFeatures fitted = new FittedFeatures();

    /**
     * @param extractor features of the cold policy
     * @param steps told one line for each step
     */
    public Evaluation(EvalSettings settings, FeatureExtractor extractor, Consumer<String> steps) {
        this.settings = settings;
        this.extractor = extractor;
        this.steps = steps;
    }

    /**
     * Evaluates one pool.
     *
     * @param teacher the same pool over other prompts, whose outcomes train the warm models; null = the two halves teach
     *     each other
     * @return one row a lambda
     */
    public List<EvalRow> evaluate(RecordedOutcomes outcomes, @Nullable RecordedOutcomes teacher) {
        EvalPool pool = new EvalPool(outcomes, extractor);
        steps.accept("pool " + outcomes.pool() + ": training on full outcomes");
        List<List<WarmHalf>> cuts =
                teacher == null ? cuts(pool) : List.of(List.of(taughtBy(new EvalPool(teacher, extractor), pool)));
        List<EvalRow> rows = new ArrayList<>();
        for (double lambda : settings.lambdas()) {
            steps.accept("pool " + outcomes.pool() + ", lambda " + lambda + ": " + settings.seeds() + " orders of "
                    + pool.size() + " prompts");
            rows.add(row(pool, cuts, lambda));
        }
        return rows;
    }

    private List<List<WarmHalf>> cuts(EvalPool pool) {
        return IntStream.range(0, Math.min(CUTS, settings.seeds()))
                .mapToObj(cut -> halves(pool, cut))
                .toList();
    }

    private List<WarmHalf> halves(EvalPool pool, int cut) {
        int[] first = FittedFeatures.half(pool, cut, 0);
        int[] second = FittedFeatures.half(pool, cut, 1);
        if (first.length == 0 || second.length == 0) {
            throw new IllegalArgumentException("pool " + pool.outcomes().pool() + " has " + pool.size()
                    + " prompts, which are too few to be cut in halves");
        }
        return List.of(taught(pool, first, pool, second), taught(pool, second, pool, first));
    }

    private WarmHalf taughtBy(EvalPool teacher, EvalPool pool) {
        return taught(teacher, teacher.places(), pool, pool.places());
    }

    private WarmHalf taught(EvalPool teacher, int[] taught, EvalPool pool, int[] judged) {
        List<RecordedPrompt> lessons = FittedFeatures.prompts(teacher, taught);
        FittedFeatures.Fitted map = fitted.fit(lessons);
        return WarmHalf.of(
                teacher, taught, map.of(lessons), pool, judged, map.of(FittedFeatures.prompts(pool, judged)));
    }

    private EvalRow row(EvalPool pool, List<List<WarmHalf>> cuts, double lambda) {
        Scoring scoring = Scoring.of(pool.outcomes(), lambda);
        int[] all = pool.places();
        double[] fixed = new double[pool.arms()];
        int best = 0;
        double random = 0;
        for (int arm = 0; arm < fixed.length; arm++) {
            fixed[arm] = pool.fixed(arm, all, scoring);
            random += fixed[arm] / fixed.length;
            best = fixed[arm] > fixed[best] ? arm : best;
        }
        Cold cold = cold(pool, scoring, fixed, best);
        Objective objective = pool.objective(lambda);
        List<WarmHalf> halves = cuts.stream().flatMap(List::stream).toList();
        Spread warm = overSeeds(seed -> warm(pool, cut(cuts, seed), scoring, objective, seed, true));
        double frozen = overSeeds(seed -> warm(pool, cut(cuts, seed), scoring, objective, seed, false))
                .mean();
        return new EvalRow(
                pool.outcomes().pool(),
                lambda,
                pool.size(),
                oracle(pool, scoring),
                fixed[best],
                pool.outcomes().arms().get(best).name(),
                random,
                weighted(halves, half -> half.knn(scoring)),
                weighted(halves, half -> half.ridge(scoring)),
                weighted(halves, half -> half.logistic(scoring)),
                cold.reward().mean(),
                error(cold.reward()),
                fixed[best] + cold.last(),
                frozen,
                warm.mean(),
                error(warm),
                cold.entropy(),
                cold.top(),
                cold.shuffled());
    }

    private static List<WarmHalf> cut(List<List<WarmHalf>> cuts, long seed) {
        return cuts.get((int) (seed % cuts.size()));
    }

    private static double oracle(EvalPool pool, Scoring scoring) {
        double sum = 0;
        for (int place = 0; place < pool.size(); place++) {
            double top = Double.NEGATIVE_INFINITY;
            for (int arm = 0; arm < pool.arms(); arm++) {
                top = Math.max(top, scoring.reward(pool.prompt(place), arm));
            }
            sum += top;
        }
        return sum / pool.size();
    }

    private interface OfHalf {
        double apply(WarmHalf half);
    }

    /** The mean over the halves' prompts. */
    private static double weighted(List<WarmHalf> halves, OfHalf value) {
        double sum = 0;
        int size = 0;
        for (WarmHalf half : halves) {
            sum += half.size() * value.apply(half);
            size += half.size();
        }
        return sum / size;
    }

    private double warm(
            EvalPool pool, List<WarmHalf> halves, Scoring scoring, Objective objective, long seed, boolean learning) {
        Policy policy = Policies.byName(settings.policy(), settings.options());
        return weighted(
                halves,
                half -> half.run(policy, objective, seed, settings, learning).reward(pool, scoring));
    }

    /** The cold policy, averaged over the seeds. */
    private record Cold(Spread reward, double last, double entropy, double top, double shuffled) {}

    private Cold cold(EvalPool pool, Scoring scoring, double[] fixed, int best) {
        List<Choices> passes = LongStream.rangeClosed(1, settings.seeds())
                .parallel()
                .mapToObj(seed -> ColdPass.run(pool, settings, scoring.lambda(), seed))
                .toList();
        Spread reward = new Spread();
        double last = 0;
        double entropy = 0;
        double top = 0;
        double shuffled = 0;
        for (Choices pass : passes) {
            double[] shares = pass.shares(fixed.length);
            double largest = 0;
            for (int arm = 0; arm < shares.length; arm++) {
                shuffled += shares[arm] * fixed[arm] / passes.size();
                largest = Math.max(largest, shares[arm]);
            }
            reward.add(pass.reward(pool, scoring));
            last += pass.lastFifthAbove(pool, scoring, best) / passes.size();
            entropy += Choices.entropy(shares) / passes.size();
            top += largest / passes.size();
        }
        return new Cold(reward, last, entropy, top, shuffled);
    }

    private Spread overSeeds(LongFunction<Double> pass) {
        Spread spread = new Spread();
        LongStream.rangeClosed(1, settings.seeds()).parallel().mapToObj(pass).forEachOrdered(spread::add);
        return spread;
    }

    private static double error(Spread spread) {
        return spread.deviation() / Math.sqrt((double) spread.count());
    }
}
