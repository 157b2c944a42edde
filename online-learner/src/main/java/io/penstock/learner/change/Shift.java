package io.penstock.learner.change;

/**
 * A change of a mean.
 *
 * @param earlier values seen before it
 * @param later values seen since
 * @param before mean of the earlier ones
 * @param after mean of the later ones
 */
public record Shift(long earlier, long later, double before, double after) {

    /** The mean of all of them. */
    public double mean() {
        return (earlier * before + later * after) / (earlier + later);
    }
}
