package io.penstock.app.replay;

import io.penstock.connector.recorded.Objective;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.schema.Money;

/**
 * The reward of an answer: quality − lambda × amount / C_ref, where the amount is what the pool trades against quality
 * (dollars, milliseconds or joules) and C_ref is the mean amount of the pool's dearest model over all recorded prompts,
 * also when only some of them are replayed.
 */
public record Scoring(Objective objective, double lambda, double reference) {
    public Scoring {
        if (lambda > 0 && !(reference > 0)) {
            throw new IllegalArgumentException("the mean " + objective.id()
                    + " of the dearest model must be above 0, but is " + reference + "; use --lambda 0");
        }
    }

    public static Scoring of(RecordedOutcomes outcomes, double lambda) {
        return new Scoring(outcomes.objective(), lambda, outcomes.reference());
    }

    /** What the arm would have earned on the prompt, as recorded. */
    public double reward(RecordedPrompt prompt, int arm) {
        RecordedOutcome outcome = prompt.outcomes().get(arm);
        return reward(outcome.quality(), objective.of(outcome));
    }

    public double reward(double quality, double amount) {
        return lambda == 0 ? quality : quality - lambda * amount / reference;
    }

    /**
     * The amount that a settled request took: money as Penstock settled it; time and energy by the model's reference line,
     * since a replay does not take the recorded time.
     */
    public double amount(RecordedOutcome outcome, long settledCostNanos) {
        return objective == Objective.COST_USD ? Money.usd(settledCostNanos) : objective.of(outcome);
    }
}
