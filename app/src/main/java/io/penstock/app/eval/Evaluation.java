package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.feature.FeatureExtractor;
import io.penstock.learner.Objective;
import io.penstock.learner.Policies;
import io.penstock.learner.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a policy on recorded outcomes. Cold: the router's decisions from prices and bandit feedback alone. Blind: without
 * the prices too. Own log: one half is routed cold, then the other from what the log of the first says. Warm: a model trained
 * on the full outcomes of other prompts, which learns on. Each prompt is judged by a model that was not trained on it: on one
 * half by what the other half taught, both ways, or everything by what other data taught. The data is cut into halves in
 * several ways, since what a warm model earns depends more on the cut than on anything else; a cut is a hash of the prompts'
 * ids, so it is the same in every pool. Features of warm models, and those of a router that has its own log, are fitted on
 * the teaching prompts alone.
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
     */
    public PoolResult evaluate(RecordedOutcomes outcomes, @Nullable RecordedOutcomes teacher) {
        EvalPool pool = new EvalPool(outcomes, extractor);
        steps.accept("pool " + outcomes.pool() + ": training on full outcomes");
        List<Cut> cuts = cuts(pool);
        List<List<WarmHalf>> halves = teacher == null
                ? cuts.stream().map(cut -> halves(pool, cut)).toList()
                : List.of(List.of(taughtBy(new EvalPool(teacher, extractor), pool)));
        List<EvalRow> rows = new ArrayList<>();
        List<RegretCurves> curves = new ArrayList<>();
        for (double lambda : settings.lambdas()) {
            steps.accept("pool " + outcomes.pool() + ", lambda " + lambda + ": " + settings.seeds() + " orders of "
                    + pool.size() + " prompts");
            Cell cell = cell(pool, cuts, halves, lambda);
            rows.add(cell.row());
            curves.add(cell.curves());
        }
        return new PoolResult(PoolReports.of(pool, halves), rows, curves);
    }

    /**
     * Writes a pool's streams, as they are when its halves teach each other, for other programs ({@code EvalExport} says
     * which files).
     */
    public void export(RecordedOutcomes outcomes, Path folder) throws IOException {
        EvalPool pool = new EvalPool(outcomes, extractor);
        steps.accept("pool " + outcomes.pool() + ": writing its streams");
        List<List<EvalPool>> seen = cuts(pool).stream()
                .map(cut -> List.of(cut.seenByFirst(), cut.seenBySecond()))
                .toList();
        EvalExport.write(folder, pool, settings, seen);
    }

    /** One way to cut a pool, and the pool as seen through features fitted on either half. */
    private record Cut(int number, EvalPool seenByFirst, EvalPool seenBySecond) {}

    private List<Cut> cuts(EvalPool pool) {
        List<RecordedPrompt> all = pool.outcomes().prompts();
        return IntStream.range(0, Math.min(CUTS, settings.seeds()))
                .mapToObj(number -> new Cut(
                        number,
                        pool.seenAs(fitted.fit(half(pool, number, 0)).of(all)),
                        pool.seenAs(fitted.fit(half(pool, number, 1)).of(all))))
                .toList();
    }

    private static List<RecordedPrompt> half(EvalPool pool, int cut, int half) {
        return FittedFeatures.prompts(pool, places(pool, cut, half));
    }

    private static int[] places(EvalPool pool, int cut, int half) {
        int[] places = FittedFeatures.half(pool, cut, half);
        if (places.length == 0) {
            throw new IllegalArgumentException("pool " + pool.outcomes().pool() + " has " + pool.size()
                    + " prompts, which are too few to be cut in halves");
        }
        return places;
    }

    private static List<WarmHalf> halves(EvalPool pool, Cut cut) {
        int[] first = places(pool, cut.number(), 0);
        int[] second = places(pool, cut.number(), 1);
        return List.of(taught(pool, cut.seenByFirst(), first, second), taught(pool, cut.seenBySecond(), second, first));
    }

    private static WarmHalf taught(EvalPool pool, EvalPool seen, int[] taught, int[] judged) {
        return WarmHalf.of(new Lesson(pool, taught, seen.features(taught)), pool, judged, seen.features(judged));
    }

    private WarmHalf taughtBy(EvalPool teacher, EvalPool pool) {
        FittedFeatures.Fitted map = fitted.fit(teacher.outcomes().prompts());
        Lesson lesson =
                new Lesson(teacher, teacher.places(), map.of(teacher.outcomes().prompts()));
        return WarmHalf.of(lesson, pool, pool.places(), map.of(pool.outcomes().prompts()));
    }

    private record Cell(EvalRow row, RegretCurves curves) {}

    private Cell cell(EvalPool pool, List<Cut> cuts, List<List<WarmHalf>> halves, double lambda) {
        Scoring scoring = Scoring.of(pool.outcomes(), lambda);
        Objective objective = pool.objective(lambda);
        Fixed fixed = Fixed.of(pool, scoring);
        List<List<Choices>> cold = overSeeds(seed -> List.of(ColdPass.run(pool, settings, lambda, seed)));
        List<List<Choices>> blind = overSeeds(seed -> List.of(ColdPass.runBlind(pool, settings, lambda, seed)));
        EvalRow row = new EvalRow(
                pool.outcomes().pool(),
                lambda,
                pool.size(),
                fixed.yardsticks(pool, scoring, halves),
                fixed.earned(pool, scoring, cold),
                fixed.earned(pool, scoring, blind),
                fixed.earned(pool, scoring, overSeeds(seed -> afterLog(pool, of(cuts, seed), lambda, seed))),
                fixed.earned(pool, scoring, overSeeds(seed -> warm(of(halves, seed), objective, seed, false))),
                fixed.earned(pool, scoring, overSeeds(seed -> warm(of(halves, seed), objective, seed, true))));
        Map<String, List<List<Choices>>> passes = new LinkedHashMap<>();
        passes.put(RegretCurves.COLD, cold);
        passes.put(RegretCurves.BLIND, blind);
        RegretCurves curves = RegretCurves.of(pool, scoring, fixed.best(), passes);
        return new Cell(row, curves);
    }

    /** Cuts take turns over the seeds. */
    private static <T> T of(List<T> cuts, long seed) {
        return cuts.get((int) (seed % cuts.size()));
    }

    private List<Choices> afterLog(EvalPool pool, Cut cut, double lambda, long seed) {
        List<Choices> both = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            boolean[] logged = new boolean[pool.size()];
            for (int place : places(pool, cut.number(), half)) {
                logged[place] = true;
            }
            EvalPool seen = half == 0 ? cut.seenByFirst() : cut.seenBySecond();
            both.add(ColdPass.runAfterLog(pool, seen, settings, place -> logged[place], lambda, seed));
        }
        return both;
    }

    private List<Choices> warm(List<WarmHalf> halves, Objective objective, long seed, boolean learning) {
        Policy policy = Policies.byName(settings.policy(), settings.options());
        return halves.stream()
                .map(half -> half.run(policy, objective, seed, settings, learning))
                .toList();
    }

    private List<List<Choices>> overSeeds(LongFunction<List<Choices>> pass) {
        return LongStream.rangeClosed(1, settings.seeds())
                .parallel()
                .mapToObj(pass)
                .toList();
    }
}
