package io.penstock.app.eval;

import io.penstock.app.replay.Scoring;
import io.penstock.connector.recorded.RecordedOutcome;

/** What one pass chose. */
final class Choices {
    private final int[] places;
    private final int[] arms;

    /**
     * @param places the prompts, in the order they came
     * @param arms the arm chosen for each
     */
    Choices(int[] places, int[] arms) {
        this.places = places;
        this.arms = arms;
    }

    int size() {
        return places.length;
    }

    int[] places() {
        return places;
    }

    int arm(int i) {
        return arms[i];
    }

    /** Mean reward. */
    double reward(EvalPool pool, Scoring scoring) {
        double sum = 0;
        for (int i = 0; i < places.length; i++) {
            sum += scoring.reward(pool.prompt(places[i]), arms[i]);
        }
        return sum / places.length;
    }

    /** Mean quality. */
    double quality(EvalPool pool) {
        double sum = 0;
        for (int i = 0; i < places.length; i++) {
            RecordedOutcome outcome = pool.prompt(places[i]).outcomes().get(arms[i]);
            sum += outcome.quality();
        }
        return sum / places.length;
    }

    /** Mean amount, in the objective's unit. */
    double amount(EvalPool pool) {
        double sum = 0;
        for (int i = 0; i < places.length; i++) {
            sum += pool.amount(places[i], arms[i]);
        }
        return sum / places.length;
    }

    /** Mean reward minus that of always one arm on the same prompts, over the last fifth. */
    double lastFifthAbove(EvalPool pool, Scoring scoring, int fixed) {
        int from = places.length * 4 / 5;
        double sum = 0;
        for (int i = from; i < places.length; i++) {
            sum += scoring.reward(pool.prompt(places[i]), arms[i]) - scoring.reward(pool.prompt(places[i]), fixed);
        }
        return sum / (places.length - from);
    }

    /** Mean reward of the last fifth of a disturbed pass without an aptitude run. */
    double lastFifth(EvalPool pool, Scoring scoring, Disturbance disturbance) {
        int from = places.length * 4 / 5;
        double sum = 0;
        for (int i = from; i < places.length; i++) {
            double quality = disturbance.quality(
                    i, arms[i], pool.prompt(places[i]).outcomes().get(arms[i]).quality());
            sum += scoring.reward(quality, pool.amount(places[i], arms[i]));
        }
        return sum / (places.length - from);
    }

    double[] shares(int armCount) {
        double[] shares = new double[armCount];
        for (int arm : arms) {
            shares[arm] += 1.0 / arms.length;
        }
        return shares;
    }

    /** Shannon entropy of the shares in bits. */
    static double entropy(double[] shares) {
        double bits = 0;
        for (double share : shares) {
            bits -= share > 0 ? share * Math.log(share) / Math.log(2) : 0;
        }
        return bits;
    }
}
