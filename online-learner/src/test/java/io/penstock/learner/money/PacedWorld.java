package io.penstock.learner.money;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;

/**
 * A day of requests to three models in which everything is awkward: feedback comes an hour late and 30 % of it never, costs
 * are predicted at half of what they are, calls settle after seconds, prices and counts reach the other side late, the price
 * of the best model falls at noon. Seeded.
 */
final class PacedWorld {
    /**
     * How long it lasts; an hour of it is a 24th of that.
     *
     * @param length milliseconds
     * @param tick between two moments
     * @param call mean duration of a call
     */
    record Pace(long length, long tick, long call) {
        static final Pace DAY = new Pace(86_400_000, 1_000, 17_000);
        static final Pace MINUTES = new Pace(120_000, 250, 1_500);

        Span period() {
            return new Span(0, length);
        }

        long hour() {
            return length / 24;
        }
    }

    private static final double[] QUALITY = {0.55, 0.70, 0.85};
    private static final double REFERENCE = 1_000_000;
    private static final double[] COST = {20_000, 200_000, 1_500_000};

    /** Whoever says what money costs now. */
    interface Money {
        double price();

        void decided(long predicted);

        /** A call has ended. */
        void settled(long predicted, long cost);

        /** Feedback has come, with it the cost in the other code. */
        void judged(long cost);

        void tick(long now);
    }

    /** What the day came to. */
    record Result(double spent, double quality, int decisions) {}

    private record Due(long at, int model, long predicted, long cost, double quality, boolean judged) {}

    private final Pace pace;
    private final Random random;
    private final double[] seenQuality = {0.7 * 5, 0.7 * 5, 0.7 * 5};
    private final double[] seen = {5, 5, 5};
    private final PriorityQueue<Due> settling = new PriorityQueue<>(Comparator.comparingLong(Due::at));
    private final Queue<Due> judging = new ArrayDeque<>();
    private final int requests;
    private final boolean daytimeOnly;
    private double spent;
    private double earned;
    private int decisions;

    PacedWorld(long seed, int requests, boolean daytimeOnly) {
        this(Pace.DAY, seed, requests, daytimeOnly);
    }

    PacedWorld(Pace pace, long seed, int requests, boolean daytimeOnly) {
        this.pace = pace;
        this.random = new Random(seed);
        this.requests = requests;
        this.daytimeOnly = daytimeOnly;
    }

    Result run(Money money) {
        double perTick = (double) requests * pace.tick() / pace.length();
        for (long now = pace.tick(); now <= pace.length(); now += pace.tick()) {
            deliver(money, now);
            money.tick(now);
            double hour = now / (double) pace.hour();
            double shape =
                    daytimeOnly ? (hour >= 8 && hour < 18 ? 2.4 : 0) : 1 + 0.6 * Math.sin(hour / 24 * 2 * Math.PI);
            for (double left = perTick * shape; left > 0; left--) {
                if (random.nextDouble() < left) {
                    decide(money, now);
                }
            }
        }
        for (Due due : settling) {
            spent += due.cost();
        }
        return new Result(spent, earned / decisions, decisions);
    }

    private void deliver(Money money, long now) {
        while (!settling.isEmpty() && settling.peek().at() <= now) {
            Due due = settling.poll();
            spent += due.cost();
            money.settled(due.predicted(), due.cost());
        }
        while (!judging.isEmpty() && judging.peek().at() <= now) {
            Due due = judging.poll();
            if (due.judged()) {
                seen[due.model()]++;
                seenQuality[due.model()] += due.quality();
                money.judged(due.cost());
            }
        }
    }

    private void decide(Money money, long now) {
        double size = Math.exp(0.7 * random.nextGaussian());
        double difficulty = random.nextGaussian();
        double fall = now < pace.length() / 2 ? 1 : 0.4;
        double best = Double.NEGATIVE_INFINITY;
        int chosen = 0;
        for (int model = 0; model < COST.length; model++) {
            double gain = seenQuality[model] / seen[model] + 0.05 * model * difficulty;
            double predicted = predicted(model, size, fall);
            double utility = gain - money.price() * predicted / REFERENCE;
            if (utility > best) {
                best = utility;
                chosen = model;
            }
        }
        long predicted = Math.round(predicted(chosen, size, fall));
        long cost = Math.round(2 * predicted * Math.exp(0.5 * random.nextGaussian() - 0.125));
        double quality = QUALITY[chosen] + 0.05 * chosen * difficulty;
        money.decided(predicted);
        settling.add(new Due(
                now + pace.call() / 8 + random.nextLong(2 * pace.call()), chosen, predicted, cost, quality, false));
        judging.add(new Due(now + pace.hour(), chosen, predicted, cost, quality, random.nextDouble() >= 0.3));
        earned += quality;
        decisions++;
    }

    private static double predicted(int model, double size, double fall) {
        return COST[model] * size * (model == COST.length - 1 ? fall : 1);
    }
}
