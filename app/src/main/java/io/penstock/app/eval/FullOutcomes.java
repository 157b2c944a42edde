package io.penstock.app.eval;

import io.penstock.connector.recorded.RecordedArm;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.learner.Features;
import io.penstock.learner.warm.WarmOutcomes;
import java.util.List;

/** Recorded outcomes as a warm model is fitted on them. */
public final class FullOutcomes {
    private FullOutcomes() {}

    /**
     * What every arm did on some prompts.
     *
     * @param places of the prompts
     * @param contexts their features, in the same order
     */
    public static WarmOutcomes of(RecordedOutcomes outcomes, int[] places, List<Features> contexts) {
        List<String> slugs = outcomes.arms().stream().map(RecordedArm::slug).toList();
        double[][] quality = new double[slugs.size()][places.length];
        double[][] tokens = new double[slugs.size()][places.length];
        for (int i = 0; i < places.length; i++) {
            for (int arm = 0; arm < slugs.size(); arm++) {
                RecordedOutcome outcome =
                        outcomes.prompts().get(places[i]).outcomes().get(arm);
                quality[arm][i] = outcome.quality();
                tokens[arm][i] = outcome.outputTokens();
            }
        }
        return WarmOutcomes.of(slugs, contexts, quality, tokens);
    }
}
