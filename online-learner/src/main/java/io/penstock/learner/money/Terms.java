package io.penstock.learner.money;

/**
 * What an owner may spend in a period.
 *
 * @param version of later terms is higher
 * @param capNanos never exceeded; above 0
 * @param targetNanos what the pacer aims at; 0 = no pacing, else at most the cap
 */
public record Terms(long version, long capNanos, long targetNanos) {
    public Terms {
        if (capNanos <= 0) {
            throw new IllegalArgumentException("capNanos must be above 0, but is " + capNanos);
        }
        if (targetNanos < 0 || targetNanos > capNanos) {
            throw new IllegalArgumentException(
                    "targetNanos must be from 0 to the cap " + capNanos + ", but is " + targetNanos);
        }
    }
}
