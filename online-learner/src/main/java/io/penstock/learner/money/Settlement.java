package io.penstock.learner.money;

/**
 * What has settled of an owner's attempts in one period, as one shard of the completions sees it. Sums over the whole period
 * that only go up. Attempts whose result is not known are not in it: their reservation stays.
 *
 * @param attempts how many have settled
 * @param reservedNanos what was reserved for them
 * @param predictedNanos what was predicted for them
 * @param costNanos what they cost
 */
public record Settlement(long attempts, long reservedNanos, long predictedNanos, long costNanos) {
    public static final Settlement NONE = new Settlement(0, 0, 0, 0);

    public Settlement {
        if (attempts < 0 || reservedNanos < 0 || predictedNanos < 0 || costNanos < 0) {
            throw new IllegalArgumentException("no number of a settlement may be negative: attempts " + attempts
                    + ", reserved " + reservedNanos + ", predicted " + predictedNanos + ", cost " + costNanos);
        }
    }

    /** One more attempt has settled. */
    public Settlement and(long reserved, long predicted, long cost) {
        return new Settlement(attempts + 1, reservedNanos + reserved, predictedNanos + predicted, costNanos + cost);
    }

    /** What need not be reserved any more; below 0 if calls cost more than was reserved for them. */
    long releasedNanos() {
        return reservedNanos - costNanos;
    }
}
