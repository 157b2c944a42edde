package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.connector.recorded.RecordedArm;
import io.penstock.connector.recorded.RecordedOutcomes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the report of a pool. */
final class PoolReports {
    /** Cuts of which the amount at the best single model's quality is the mean; each costs three trainings a half. */
    private static final int MATCHED_CUTS = 3;

    private PoolReports() {}

    static PoolReport of(EvalPool pool, List<List<WarmHalf>> cuts) {
        RecordedOutcomes outcomes = pool.outcomes();
        List<PoolReport.Single> singles = new ArrayList<>();
        List<Frontier.Point> points = new ArrayList<>();
        for (int arm = 0; arm < pool.arms(); arm++) {
            RecordedArm one = outcomes.arms().get(arm);
            double quality = pool.quality(arm, pool.places());
            double amount = pool.amount(arm, pool.places());
            singles.add(new PoolReport.Single(one.name(), quality, amount));
            points.add(new Frontier.Point(amount, quality));
        }
        List<WarmHalf> halves = cuts.stream().flatMap(List::stream).toList();
        Map<String, Frontier> frontiers = new LinkedHashMap<>();
        frontiers.put(PoolReport.SINGLES, Frontier.of(points));
        frontiers.putAll(routers(pool, halves));
        return new PoolReport(
                outcomes.pool(),
                outcomes.objective(),
                outcomes.reference(),
                singles,
                CoFailure.of(pool),
                frontiers,
                match(cuts));
    }

    private static PoolReport.Match match(List<List<WarmHalf>> cuts) {
        QualityMatch sum = cuts.stream()
                .limit(MATCHED_CUTS)
                .flatMap(List::stream)
                .map(WarmHalf::match)
                .reduce(QualityMatch::plus)
                .orElseThrow();
        return new PoolReport.Match(sum.ratio(), sum.qualityGap(), sum.hindsightRatio());
    }

    /** The mean over the halves at each weight, then the hull of these means. */
    private static Map<String, Frontier> routers(EvalPool pool, List<WarmHalf> halves) {
        Map<String, List<Frontier.Point>> points = new LinkedHashMap<>();
        for (double lambda : QualityMatch.lambdas()) {
            Scoring scoring = Scoring.of(pool.outcomes(), lambda);
            Map<String, double[]> sums = new LinkedHashMap<>();
            for (WarmHalf half : halves) {
                add(sums, PoolReport.WARM, half.forecasts().point(lambda), half.size());
                half.baselines(scoring).forEach((name, choices) -> {
                    Frontier.Point point = new Frontier.Point(choices.amount(pool), choices.quality(pool));
                    add(sums, name, point, half.size());
                });
            }
            sums.forEach((name, sum) -> points.computeIfAbsent(name, none -> new ArrayList<>())
                    .add(new Frontier.Point(sum[0] / sum[2], sum[1] / sum[2])));
        }
        Map<String, Frontier> frontiers = new LinkedHashMap<>();
        points.forEach((name, of) -> frontiers.put(name, Frontier.of(of)));
        return frontiers;
    }

    private static void add(Map<String, double[]> sums, String router, Frontier.Point point, int prompts) {
        double[] sum = sums.computeIfAbsent(router, none -> new double[3]);
        sum[0] += prompts * point.amount();
        sum[1] += prompts * point.quality();
        sum[2] += prompts;
    }
}
