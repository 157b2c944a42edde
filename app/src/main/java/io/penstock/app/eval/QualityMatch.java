package io.penstock.app.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a warm model takes at the quality of the best single model. Which weight that needs is decided on the prompts that
 * taught it, each predicted by a model that was not taught it; then quality and amount are measured on the others. Sums
 * over prompts, so that parts add up.
 *
 * @param prompts that were judged
 * @param amount that the warm model took
 * @param quality of its answers
 * @param singleAmount what the model took that is best alone on the teaching prompts
 * @param singleQuality of that model's answers
 * @param hindsight what the warm model's frontier takes at that model's quality, had the judged prompts been known
 */
record QualityMatch(
        int prompts, double amount, double quality, double singleAmount, double singleQuality, double hindsight) {

    /** Parts into which the teaching prompts are cut, to predict each part from the others. */
    private static final int FOLDS = 3;

    /** From quality alone to cost alone. */
    static double[] lambdas() {
        return IntStream.range(0, 73)
                .mapToDouble(i -> i == 0 ? 0 : Math.pow(10, -3.5 + (i - 1) / 15.0))
                .toArray();
    }

    static QualityMatch of(Lesson lesson, WarmForecasts judged) {
        EvalPool teacher = lesson.pool();
        EvalPool pool = judged.pool();
        int single = bestAlone(teacher, lesson.places());
        double goal = teacher.quality(single, lesson.places());
        Frontier.Point chosen = judged.point(cheapest(crossFitted(lesson), goal));
        double hindsight = amountAt(Frontier.of(judged.points(lambdas())), pool.quality(single, judged.places()));
        int n = judged.places().length;
        return new QualityMatch(
                n,
                n * chosen.amount(),
                n * chosen.quality(),
                n * pool.amount(single, judged.places()),
                n * pool.quality(single, judged.places()),
                n * hindsight);
    }

    private static int bestAlone(EvalPool pool, int[] places) {
        int best = 0;
        for (int arm = 1; arm < pool.arms(); arm++) {
            best = pool.quality(arm, places) > pool.quality(best, places) ? arm : best;
        }
        return best;
    }

    /** Each third predicted from the others; the order of the prompts in the files is random. */
    private static List<WarmForecasts> crossFitted(Lesson lesson) {
        List<WarmForecasts> folds = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            int own = fold;
            Lesson others = lesson.only(i -> i % FOLDS != own);
            Lesson held = lesson.only(i -> i % FOLDS == own);
            folds.add(WarmForecasts.of(others, held.pool(), held.places(), held.contexts()));
        }
        return folds;
    }

    /** The weight that takes least among those that reach the goal; the one that comes nearest if none does. */
    private static double cheapest(List<WarmForecasts> folds, double goal) {
        double best = 0;
        double least = Double.POSITIVE_INFINITY;
        double nearest = Double.NEGATIVE_INFINITY;
        for (double lambda : lambdas()) {
            double amount = 0;
            double quality = 0;
            int prompts = 0;
            for (WarmForecasts fold : folds) {
                Frontier.Point point = fold.point(lambda);
                amount += point.amount() * fold.places().length;
                quality += point.quality() * fold.places().length;
                prompts += fold.places().length;
            }
            double reached = Math.min(goal, quality / prompts);
            if (reached > nearest || (reached == nearest && amount < least)) {
                best = lambda;
                least = amount;
                nearest = reached;
            }
        }
        return best;
    }

    /** The least amount at which a frontier has a quality; its dearest amount if it never has. */
    private static double amountAt(Frontier frontier, double quality) {
        List<Frontier.Point> hull = frontier.hull();
        Frontier.Point left = hull.get(0);
        for (Frontier.Point right : hull) {
            if (right.quality() >= quality) {
                double height = right.quality() - left.quality();
                double part = height > 0 ? Math.max(0, (quality - left.quality()) / height) : 0;
                return left.amount() + part * (right.amount() - left.amount());
            }
            left = right;
        }
        return left.amount();
    }

    QualityMatch plus(QualityMatch other) {
        return new QualityMatch(
                prompts + other.prompts,
                amount + other.amount,
                quality + other.quality,
                singleAmount + other.singleAmount,
                singleQuality + other.singleQuality,
                hindsight + other.hindsight);
    }

    /** Its amount as a share of the single model's. */
    double ratio() {
        return amount / singleAmount;
    }

    double hindsightRatio() {
        return hindsight / singleAmount;
    }

    /** Its mean quality minus the single model's. */
    double qualityGap() {
        return (quality - singleQuality) / prompts;
    }
}
