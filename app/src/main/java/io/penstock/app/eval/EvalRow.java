package io.penstock.app.eval;

/**
 * What came of one pool at one lambda. Rewards are means over the prompts.
 *
 * @param prompts of the pool
 * @param oracle the best model of each prompt, known in advance
 * @param bestFixed the one model that is best over all prompts, known in advance
 * @param bestModel its name
 * @param random all models equally often
 * @param knn nearest neighbours trained on full outcomes of other prompts, costs being each model's mean; textbook settings
 * @param ridge likewise ridge regression
 * @param logistic likewise logistic regression
 * @param coldMean bandit feedback alone, from the cards' prices: mean over the seeds
 * @param coldSe standard error of that over the seeds
 * @param lastFifth {@code bestFixed} plus what the last fifth of each pass had above the best fixed model on the same
 *     prompts: the cold policy when it has learned
 * @param frozenMean a warm model trained on full outcomes of other prompts, not learning
 * @param warmMean the same model, learning on
 * @param warmSe standard error of that over the seeds
 * @param armEntropy of the cold policy's shares, in bits; 0 = it plays one model
 * @param topShare share of the model that the cold policy plays most: the tier-constancy index
 * @param shuffled the cold policy's shares dealt to prompts at random
 */
public record EvalRow(
        String pool,
        double lambda,
        int prompts,
        double oracle,
        double bestFixed,
        String bestModel,
        double random,
        double knn,
        double ridge,
        double logistic,
        double coldMean,
        double coldSe,
        double lastFifth,
        double frozenMean,
        double warmMean,
        double warmSe,
        double armEntropy,
        double topShare,
        double shuffled) {

    double coldGap() {
        return coldMean - bestFixed;
    }

    double warmGap() {
        return warmMean - bestFixed;
    }

    double lastGap() {
        return lastFifth - bestFixed;
    }

    /** The best of the three trained baselines. */
    double bestTrained() {
        return Math.max(knn, Math.max(ridge, logistic));
    }
}
