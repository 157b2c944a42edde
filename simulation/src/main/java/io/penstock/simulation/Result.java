package io.penstock.simulation;

import java.util.List;

/**
 * What came of one run.
 *
 * @param requests in the order in which they came
 * @param bestFixed mean reward of the best single model in the same disturbed world
 * @param ends how many were answered, and how many ended otherwise
 * @param violations of what is promised, in words; empty if all is well
 * @param alarms how often the learner found that the quality of a model had changed
 */
public record Result(
        Setup setup, List<Served> requests, double bestFixed, Ends ends, List<String> violations, int alarms) {
    /** A {@link #recovery} that did not happen before the run, or the change, was over. */
    public static final int NEVER = -1;

    /** There was nothing to recover from. */
    public static final int NOTHING_CHANGED = -2;

    /** A window shorter than this says more about luck than about skill. */
    private static final int WINDOW = 50;

    private static final double MARGIN = 0.05;

    /**
     * What was run.
     *
     * @param favourite index of the favourite; see {@link Scenario}
     * @param first how many requests came before what changes begins
     * @param second how many before what ends again ends
     */
    public record Setup(String world, String policy, Scenario scenario, int favourite, int first, int second) {}

    /**
     * How the requests ended.
     *
     * @param failed ended without an answer, rejected ones included
     * @param expired ended because their time was over
     */
    public record Ends(int answered, int failed, int expired, double costUsd) {}

    public Result {
        requests = List.copyOf(requests);
        violations = List.copyOf(violations);
    }

    /** Mean reward. */
    public double reward() {
        return mean(requests, false);
    }

    /** What the oracle has more, in the mean. */
    public double regret() {
        return mean(requests, true);
    }

    /** How many requests the model that was best for them answered, as a share. */
    public double bestShare() {
        return (double) requests.stream().filter(Served::wasBest).count() / requests.size();
    }

    /**
     * How many of the requests of a part of the run a model has answered, as a share.
     *
     * @param from share of the run, inclusive
     * @param to share of the run, exclusive
     */
    public double share(int model, double from, double to) {
        List<Served> part = part(from, to);
        return (double) part.stream().filter(one -> one.model() == model).count() / part.size();
    }

    /** Mean reward of a part of the run. */
    public double reward(double from, double to) {
        return mean(part(from, to), false);
    }

    private List<Served> part(double from, double to) {
        return requests.subList((int) (from * requests.size()), (int) (to * requests.size()));
    }

    /**
     * How many requests passed after the change until the regret of the last {@value #WINDOW} of them was no more than
     * {@value #MARGIN} above that of the hundred before the change, {@link #NEVER} or {@link #NOTHING_CHANGED}.
     */
    public int recovery() {
        if (!setup.scenario().hasChange()) {
            return NOTHING_CHANGED;
        }
        int change = setup.first();
        double before = mean(requests.subList(Math.max(0, change - 2 * WINDOW), change), true);
        int end = setup.scenario().ends() ? setup.second() : requests.size();
        for (int last = change + WINDOW; last <= end; last++) {
            if (mean(requests.subList(last - WINDOW, last), true) <= before + MARGIN) {
                return last - change;
            }
        }
        return NEVER;
    }

    private static double mean(List<Served> part, boolean regret) {
        return part.stream()
                .mapToDouble(one -> regret ? one.oracle() - one.reward() : one.reward())
                .average()
                .orElse(0);
    }
}
