package io.penstock.app.eval;

/**
 * What came of one pool at one lambda. Rewards are means over the prompts.
 *
 * @param prompts of the pool
 * @param yardsticks what knows more than a router can
 * @param cold bandit feedback alone, from the cards' prices
 * @param blind the same without cards: prices, lengths and qualities are found out
 * @param ownLog after one half was routed cold, the other half, from that log alone; both ways
 * @param frozen a warm model trained on full outcomes of other prompts, not learning
 * @param warm the same model, learning on
 */
public record EvalRow(
        String pool,
        double lambda,
        int prompts,
        Yardsticks yardsticks,
        Earned cold,
        Earned blind,
        Earned ownLog,
        Earned frozen,
        Earned warm) {

    /**
     * What to compare with.
     *
     * @param oracle the best model of each prompt, known in advance
     * @param bestFixed the one model that is best over all prompts, known in advance
     * @param bestModel its name
     * @param random all models equally often
     * @param knn nearest neighbours trained on full outcomes of other prompts, costs being each model's mean; textbook
     *     settings
     * @param ridge likewise ridge regression
     * @param logistic likewise logistic regression
     */
    public record Yardsticks(
            double oracle,
            double bestFixed,
            String bestModel,
            double random,
            double knn,
            double ridge,
            double logistic) {

        /** The best of the three trained baselines. */
        double bestTrained() {
            return Math.max(knn, Math.max(ridge, logistic));
        }
    }

    /** What a router has above the best fixed model. */
    double gap(Earned earned) {
        return earned.mean() - yardsticks.bestFixed();
    }
}
