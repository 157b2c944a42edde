package io.penstock.app.eval;

import io.penstock.connector.recorded.Objective;
import java.util.List;
import java.util.Map;

/**
 * What came of one pool over all lambdas.
 *
 * @param reference C_ref, in the unit of the objective
 * @param singles each model alone
 * @param coFailure what no router can win
 * @param frontiers by router, what quality it has for what amount: {@link #SINGLES} for choosing between models by lot,
 *     {@link #WARM} for the warm model, and the baselines beside it
 * @param match amount at the best single model's quality
 */
public record PoolReport(
        String pool,
        Objective objective,
        double reference,
        List<Single> singles,
        CoFailure coFailure,
        Map<String, Frontier> frontiers,
        Match match) {

    public static final String SINGLES = "singles";
    public static final String WARM = "warm";

    public PoolReport {
        singles = List.copyOf(singles);
    }

    /** One model alone, over all prompts. */
    public record Single(String name, double quality, double amount) {}

    /**
     * What the warm model takes at the best single model's quality; the weight was chosen on the teaching prompts.
     *
     * @param ratio its amount as a share of the single model's
     * @param qualityGap its mean quality minus the single model's
     * @param hindsight the ratio at exactly that quality, had the judged prompts been known
     */
    public record Match(double ratio, double qualityGap, double hindsight) {}

    /** Mean quality over the range of the single models' amounts. */
    public double aiq(String router) {
        return frontier(router)
                .aiq(
                        singles.stream().mapToDouble(Single::amount).min().orElseThrow(),
                        singles.stream().mapToDouble(Single::amount).max().orElseThrow());
    }

    Frontier frontier(String router) {
        Frontier frontier = frontiers.get(router);
        if (frontier == null) {
            throw new IllegalArgumentException("router '" + router + "' must be one of " + frontiers.keySet());
        }
        return frontier;
    }
}
