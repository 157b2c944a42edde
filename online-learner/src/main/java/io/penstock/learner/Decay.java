package io.penstock.learner;

/**
 * Forward decay (Cormode, Shkapenyuk, Srivastava, Xu 2009, "Forward decay: a practical time decay model for streaming
 * systems"): what happened at time t weighs 2^((t − L)/halfLife) for a fixed landmark L, and whoever reads the sums at T
 * divides by 2^((T − L)/halfLife). So weights never change once added, sums of several shards can be added, and the order
 * in which things arrive does not matter.
 *
 * <p>Landmarks are the starts of periods of {@value #PERIOD_HALF_LIVES} half-lives, counted from the epoch, the same for
 * everybody: sums move to a later landmark by an exact power of two.
 *
 * @param halfLifeMillis after which an observation counts half, one second to a hundred years; 0 = it always counts
 */
public record Decay(long halfLifeMillis) {

    /** Half-lives between two landmarks. */
    static final int PERIOD_HALF_LIVES = 16;

    /** For ever. */
    public static final Decay NONE = new Decay(0);

    /** How much later than the broker's clock a decision's time may be and still be believed. */
    private static final long TOLERATED_MILLIS = 60_000;

    private static final long SHORTEST = 1000;
    private static final long LONGEST = 100L * 366 * 24 * 3600 * 1000;

    /** Below this a sum is nothing: scaling it further would lose digits to subnormal numbers. */
    private static final double NOTHING = 0x1p-500;

    public Decay {
        if (halfLifeMillis != 0 && (halfLifeMillis < SHORTEST || halfLifeMillis > LONGEST)) {
            throw new IllegalArgumentException("half-life must be 0 or from " + SHORTEST + " to " + LONGEST
                    + " milliseconds, but is " + halfLifeMillis);
        }
    }

    /**
     * The time that an outcome's weight goes by: that of its decision, but no more than a minute later than the broker
     * recorded the outcome, and not before the epoch. A decision from the future would make everything else old.
     */
    public static long weightTime(long decidedMillis, long recordedMillis) {
        long limit = Math.max(0, Math.min(recordedMillis, Long.MAX_VALUE - TOLERATED_MILLIS)) + TOLERATED_MILLIS;
        return Math.max(0, Math.min(decidedMillis, limit));
    }

    public boolean forgets() {
        return halfLifeMillis != 0;
    }

    /** The landmark of a time at or after the epoch; 0 without decay. */
    long landmark(long millis) {
        return forgets() ? millis - millis % periodMillis() : 0;
    }

    boolean isLandmark(long millis) {
        return forgets() ? millis >= 0 && millis % periodMillis() == 0 : millis == 0;
    }

    /** The weight of something that happened then, for sums at this landmark. */
    Weight weight(double value, long millis, long landmark) {
        if (!forgets()) {
            return Weight.plain(value);
        }
        long own = landmark(millis);
        double grown = StrictMath.pow(2, (double) (millis - own) / halfLifeMillis);
        return Weight.decayed(value * grown, power(own, landmark));
    }

    /** The exact power of two by which sums at one landmark become sums at another. */
    double power(long from, long to) {
        long periods = (from - to) / Math.max(1, periodMillis());
        long exponent = Math.max(-2000, Math.min(1000, periods * PERIOD_HALF_LIVES));
        return Math.scalb(1.0, (int) exponent);
    }

    /** The factor by which sums at a landmark become what they are worth at a time. */
    double factor(long landmark, long millis) {
        return forgets() ? StrictMath.pow(2, (double) (landmark - millis) / halfLifeMillis) : 1;
    }

    static double scaled(double sum, double factor) {
        double result = sum * factor;
        return Math.abs(result) < NOTHING ? 0 : result;
    }

    private long periodMillis() {
        return PERIOD_HALF_LIVES * halfLifeMillis;
    }
}
