package io.penstock.learner;

/**
 * What the verdicts on one model say by themselves, whatever the context and whatever is known of other models: what
 * policies without a context go by.
 *
 * @param count effective number of verdicts, none on its way included
 * @param mean their mean quality, 0..1; of no meaning if there are none
 * @param prior quality believed before the first verdict, 0..1
 */
public record Tally(double count, double mean, double prior) {

    public Tally {
        Checks.notNegative("count", count);
        Checks.within("mean", mean, 0, 1);
        Checks.within("prior", prior, 0, 1);
    }

    /** With mean and prior brought into 0..1, which corrected or shifted sums may leave. */
    public static Tally clamped(double count, double mean, double prior) {
        return new Tally(count, clamp(mean), clamp(prior));
    }

    private static double clamp(double quality) {
        return Math.max(0, Math.min(1, quality));
    }

    /** Sum of the verdicts. */
    double sum() {
        return count * mean;
    }
}
