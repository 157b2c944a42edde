package io.penstock.learner.money;

/**
 * The price λ that an owner pays, in utility per reference cost, so that its target is spent at the end of the period: the
 * dual variable of the budget. It follows dual mirror descent with entropy (Balseiro, Lu and Mirrokni 2020, "Dual mirror
 * descent for online allocation problems"; adaptive pacing: Balseiro and Gur 2019), that is, the logarithm of the price goes
 * up by what was spent above plan and down by what was spent below:
 *
 * <pre>log λ += (spent − planned) / (window · left),   planned = left · (share of the plan just passed) / (share left)</pre>
 *
 * <p>Plan and step rest on what is left of the target, so what was missed is made good over the rest of the period and a period
 * of any length ends on its target. The window is a share of what is left, but never shorter in time than the way of a price
 * to the routers and of spend back, or the end of a short period would swing. At the lowest price, exactly 0, nothing is paced: there it stays while the plan is not
 * reached. What was spent is an expectation that moves with every decision (see {@link PacedSpend}); no feedback is needed.
 *
 * @param logPrice from {@link #LOWEST} to {@link #HIGHEST}
 * @param updatedAt epoch milliseconds
 * @param seenNanos expected spend at that time
 * @param meanLogPrice over the plan of the period so far, while there was money left: what the next one starts with
 */
public record Pacer(double logPrice, long updatedAt, double seenNanos, double meanLogPrice) {
    static final double LOWEST = StrictMath.log(1e-2);
    static final double HIGHEST = StrictMath.log(1e3);

    // Share of the rest of the target that, spent above plan, makes the price e times as high.
    private static final double WINDOW = 0.03;
    // Near the end a single call is a large part of what is left.
    private static final double SMALLEST_LEFT = 0.01;
    private static final double LARGEST_STEP = 1;
    // The mean price forgets what was a quarter of the plan ago.
    private static final double MEMORY = 4;
    // A price needs about 1.5 s until what is spent because of it is known here: two commits and two publications. A
    // shorter window than a few times that would swing.
    private static final double SHORTEST_WINDOW_MILLIS = 9_000;

    public Pacer {
        if (!(logPrice >= LOWEST && logPrice <= HIGHEST)) {
            throw new IllegalArgumentException(
                    "logPrice must be from " + LOWEST + " to " + HIGHEST + ", but is " + logPrice);
        }
        if (!(meanLogPrice >= LOWEST && meanLogPrice <= HIGHEST)) {
            throw new IllegalArgumentException(
                    "meanLogPrice must be from " + LOWEST + " to " + HIGHEST + ", but is " + meanLogPrice);
        }
        if (!(seenNanos >= 0 && seenNanos <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("seenNanos must be a finite number >= 0, but is " + seenNanos);
        }
    }

    /** A pacer that knows nothing yet: the price is 0. */
    public static Pacer start(long now) {
        return new Pacer(LOWEST, now, 0, LOWEST);
    }

    /** The pacer of the next period. It starts with the mean price of this one: the last is that of a hurried end. */
    public Pacer next(long start) {
        return new Pacer(meanLogPrice, start, 0, meanLogPrice);
    }

    /** The price, at least 0. */
    public double price() {
        return StrictMath.exp(logPrice) - StrictMath.exp(LOWEST);
    }

    /**
     * Moves the price.
     *
     * @param period that the target is for
     * @param plan how it should be spread
     * @param targetNanos above 0
     * @param spend expected spend of the period so far, nano-dollars
     * @param now epoch milliseconds; a time before the last update changes nothing
     */
    public Pacer advance(Span period, SpendPlan plan, long targetNanos, double spend, long now) {
        if (now <= updatedAt) {
            return this;
        }
        double leftBefore = plan.left(period.over(updatedAt));
        double passed = leftBefore - plan.left(period.over(now));
        double money = targetNanos - seenNanos;
        double planned = leftBefore > 0 ? Math.max(0, money) * passed / leftBefore : 0;
        double timeLeft = Math.max(1, period.end() - updatedAt);
        double window = Math.max(WINDOW, Math.min(1, SHORTEST_WINDOW_MILLIS / timeLeft));
        double scale = window * Math.max(money, SMALLEST_LEFT * targetNanos);
        double step = (spend - seenNanos - planned) / scale;
        double moved = logPrice + Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, step));
        double next = Math.max(LOWEST, Math.min(HIGHEST, moved));
        double share = money > SMALLEST_LEFT * targetNanos ? Math.min(1, MEMORY * passed) : 0;
        return new Pacer(next, now, spend, meanLogPrice + share * (next - meanLogPrice));
    }
}
