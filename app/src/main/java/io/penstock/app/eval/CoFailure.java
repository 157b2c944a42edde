package io.penstock.app.eval;

/**
 * How many prompts no model of the pool answers well: no router can win them. With an exact 95 % interval of the share
 * (Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of the binomial").
 *
 * @param failed prompts on which every model's quality is below 0.5
 * @param prompts of the pool
 * @param low lower end of the interval
 * @param high upper end
 */
public record CoFailure(int failed, int prompts, double low, double high) {
    private static final double GOOD = 0.5;
    private static final double TAIL = 0.025;
    /** Halvings of [0, 1] until nothing moves. */
    private static final int STEPS = 60;

    static CoFailure of(EvalPool pool) {
        int failed = 0;
        for (int place = 0; place < pool.size(); place++) {
            boolean none = pool.prompt(place).outcomes().stream().allMatch(outcome -> outcome.quality() < GOOD);
            failed += none ? 1 : 0;
        }
        return of(failed, pool.size());
    }

    static CoFailure of(int failed, int prompts) {
        double low = failed == 0 ? 0 : share(failed - 1, prompts, 1 - TAIL);
        double high = failed == prompts ? 1 : share(failed, prompts, TAIL);
        return new CoFailure(failed, prompts, low, high);
    }

    public double share() {
        return (double) failed / prompts;
    }

    /** The share at which so many failures or fewer have this probability; it falls as the share grows. */
    private static double share(int atMost, int prompts, double probability) {
        double low = 0;
        double high = 1;
        for (int step = 0; step < STEPS; step++) {
            double middle = (low + high) / 2;
            if (cumulative(atMost, prompts, middle) > probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** Probability of at most so many successes, summed on the log scale, where nothing underflows early. */
    private static double cumulative(int atMost, int trials, double chance) {
        double logOdds = Math.log(chance) - Math.log1p(-chance);
        double logTerm = trials * Math.log1p(-chance);
        double sum = Math.exp(logTerm);
        for (int k = 1; k <= atMost; k++) {
            logTerm += Math.log((double) (trials - k + 1) / k) + logOdds;
            sum += Math.exp(logTerm);
        }
        return sum;
    }
}
