package io.penstock.app.eval;

import io.penstock.learner.Features;
import io.penstock.learner.warm.WarmOutcomes;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Prompts of a pool whose outcomes are known, with their features. Immutable. */
final class Lesson {
    private final EvalPool pool;
    private final int[] places;
    private final List<Features> contexts;

    /**
     * @param places in the pool
     * @param contexts one each
     */
    Lesson(EvalPool pool, int[] places, List<Features> contexts) {
        this.pool = pool;
        this.places = places;
        this.contexts = contexts;
    }

    EvalPool pool() {
        return pool;
    }

    int[] places() {
        return places;
    }

    List<Features> contexts() {
        return contexts;
    }

    /** Some of the prompts, by number. */
    Lesson only(IntPredicate chosen) {
        int[] numbers = IntStream.range(0, places.length).filter(chosen).toArray();
        return new Lesson(
                pool,
                IntStream.of(numbers).map(i -> places[i]).toArray(),
                IntStream.of(numbers).mapToObj(contexts::get).toList());
    }

    WarmOutcomes outcomes() {
        return FullOutcomes.of(pool.outcomes(), places, contexts);
    }
}
