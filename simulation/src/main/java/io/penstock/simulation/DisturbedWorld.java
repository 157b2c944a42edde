package io.penstock.simulation;

import io.penstock.event.ModelCard;
import io.penstock.event.ObjectiveWeights;
import io.penstock.schema.Money;
import io.penstock.simulation.Conduct.Answer;
import io.penstock.simulation.Draws.Purpose;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A world while a scenario disturbs it: when each request comes, what each model does at each time, and what an answer is
 * worth: quality − w_c · cost / C_ref − w_l · latency / L_ref, where C_ref is the mean cost of the dearest model while nothing
 * is disturbed. Quality counts as expected, not as judged, so that luck with verdicts is not taken for skill.
 */
final class DisturbedWorld {
    static final Instant START = Instant.parse("2026-06-01T00:00:00Z");
    static final double LATENCY_REFERENCE_MS = 5_000;

    private static final Duration MEAN_GAP = Duration.ofSeconds(30);

    private final World world;
    private final Scenario scenario;
    private final List<ModelCard> cards;
    private final List<String> slugs;
    private final ObjectiveWeights weights;
    private final long[] arrivals;
    private final double costReference;
    private final int favourite;
    private final int dearest;

    DisturbedWorld(World world, Scenario scenario, long seed) {
        this.world = world;
        this.scenario = scenario;
        this.cards = world.cards();
        this.slugs = cards.stream().map(ModelCard::getSlug).toList();
        this.weights = world.weights();
        this.arrivals = arrivals(world.size(), new Draws(seed));
        double[] costs =
                IntStream.range(0, cards.size()).mapToDouble(this::meanCalmCost).toArray();
        this.dearest = largest(costs);
        this.costReference = Math.max(1, costs[dearest]);
        this.favourite = findFavourite();
    }

    /** Poisson arrivals. */
    private static long[] arrivals(int size, Draws draws) {
        long[] arrivals = new long[size];
        double time = START.toEpochMilli();
        for (int i = 0; i < size; i++) {
            time += -StrictMath.log(1 - draws.uniform(Purpose.ARRIVAL, i, 0)) * MEAN_GAP.toMillis();
            arrivals[i] = (long) time;
        }
        return arrivals;
    }

    private double meanCalmCost(int model) {
        return IntStream.range(0, world.size())
                        .mapToDouble(request -> costNanos(request, model, Conduct.CALM))
                        .sum()
                / world.size();
    }

    private int findFavourite() {
        double[] wins = new double[cards.size()];
        for (int request = 0; request < world.size(); request++) {
            int asked = request;
            wins[
                    largest(IntStream.range(0, cards.size())
                            .mapToDouble(model -> value(asked, model, Conduct.CALM))
                            .toArray())]++;
        }
        return largest(wins);
    }

    private static int largest(double[] values) {
        return IntStream.range(0, values.length)
                .reduce((best, next) -> values[next] > values[best] ? next : best)
                .orElseThrow();
    }

    World world() {
        return world;
    }

    Scenario scenario() {
        return scenario;
    }

    int size() {
        return arrivals.length;
    }

    int favourite() {
        return favourite;
    }

    /** Index of a model by its slug; −1 if there is none. */
    int model(@Nullable String slug) {
        return slugs.indexOf(slug);
    }

    /** C_ref in nano-dollars. */
    long costReferenceNanos() {
        return Math.round(costReference);
    }

    /** Milliseconds since 1970. */
    long arrival(int request) {
        return arrivals[request];
    }

    /** The first millisecond at which a share of the run has passed. */
    long momentOf(double time) {
        return arrivals[0] + (long) (time * (arrivals[arrivals.length - 1] - arrivals[0])) + 1;
    }

    /** How many requests come before a share of the run has passed. */
    int requestsBefore(double time) {
        long moment = momentOf(time);
        return (int) Arrays.stream(arrivals).filter(arrival -> arrival < moment).count();
    }

    /** The share of the run that has passed, from 0 to 1. */
    private double time(long now) {
        double length = arrivals[arrivals.length - 1] - arrivals[0];
        return length == 0 ? 0 : Math.max(0, Math.min(1, (now - arrivals[0]) / length));
    }

    Conduct conduct(int model, long now) {
        if (model == favourite) {
            return scenario.favourite(time(now));
        }
        return model == dearest ? scenario.dearest(time(now)) : Conduct.CALM;
    }

    /** The card as the catalog has it at this time. */
    ModelCard card(int model, long now) {
        ModelCard card = cards.get(model);
        double factor = conduct(model, now).price();
        ModelCard.Builder current = ModelCard.newBuilder(card)
                .setInputNanosPerMillionTokens(Math.round(card.getInputNanosPerMillionTokens() * factor))
                .setOutputNanosPerMillionTokens(Math.round(card.getOutputNanosPerMillionTokens() * factor));
        if (!scenario.knowsQualities()) {
            current.setPriorQuality(null).setPriorObservations(0);
        }
        return current.build();
    }

    Potential potential(int request, int model, long now) {
        Conduct conduct = conduct(model, now);
        return world.potential(request, model).with(conduct.quality(), conduct.latency());
    }

    long costNanos(int request, int model, Conduct conduct) {
        Potential potential = world.potential(request, model);
        ModelCard card = cards.get(model);
        return Money.costNanos(
                potential.inputTokens(),
                potential.outputTokens(),
                Math.round(card.getInputNanosPerMillionTokens() * conduct.price()),
                Math.round(card.getOutputNanosPerMillionTokens() * conduct.price()));
    }

    /** What an answer, or none (quality 0), is worth. */
    double reward(double quality, long costNanos, double latencyMillis) {
        return weights.getQuality() * quality
                - weights.getCost() * (double) costNanos / costReference
                - weights.getLatency() * latencyMillis / LATENCY_REFERENCE_MS;
    }

    private double value(int request, int model, Conduct conduct) {
        if (!conduct.present() || conduct.answer() != Answer.GIVEN) {
            return 0;
        }
        Potential potential = world.potential(request, model).with(conduct.quality(), conduct.latency());
        if (potential.latencyMillis() > cards.get(model).getCallTimeoutMs()) {
            return 0;
        }
        return reward(potential.quality(), costNanos(request, model, conduct), potential.latencyMillis());
    }

    /** What each model is worth to the request when it comes; nothing if it would not answer. */
    double[] values(int request) {
        return IntStream.range(0, cards.size())
                .mapToDouble(model -> value(request, model, conduct(model, arrivals[request])))
                .toArray();
    }

    /** The model that is worth most to the request when it comes. */
    int best(int request) {
        return largest(values(request));
    }

    /** Mean reward of one model for all requests, of the best such one. */
    double bestFixed() {
        double[] sums = new double[cards.size()];
        for (int request = 0; request < size(); request++) {
            double[] values = values(request);
            for (int model = 0; model < sums.length; model++) {
                sums[model] += values[model] / size();
            }
        }
        return Arrays.stream(sums).max().orElseThrow();
    }
}
