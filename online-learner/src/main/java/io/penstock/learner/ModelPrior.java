package io.penstock.learner;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What is believed about a model before it is tried: from its price list, and where known from its card.
 *
 * @param inputNanosPerToken list price in nano-dollars; 1 $ per million tokens is 1,000
 * @param outputNanosPerToken likewise for output
 * @param referenceTokens output tokens of a typical answer
 * @param quality mean quality claimed by the card or an aptitude run, 0..1; empty: only the price speaks
 * @param qualityWorth how many observations that claim is worth; ignored when {@code quality} is empty
 * @param firstTokenMillis reference line of latency: milliseconds to the first token
 * @param millisPerOutputToken reference line of latency: milliseconds for each further token
 * @param joulesPerOutputToken energy of an output token; 0 when unknown
 * @param contextWindow tokens it can read; 0 when unknown
 * @param similar the model that it is said to be like; null = none
 */
public record ModelPrior(
        double inputNanosPerToken,
        double outputNanosPerToken,
        double referenceTokens,
        OptionalDouble quality,
        double qualityWorth,
        double firstTokenMillis,
        double millisPerOutputToken,
        double joulesPerOutputToken,
        int contextWindow,
        @Nullable Similar similar) {

    /** Length of a typical answer where a card does not say. */
    public static final double DEFAULT_REFERENCE_TOKENS = 300;

    /** A typical prompt, for weighing the input price against the output price. */
    private static final double REFERENCE_INPUT_TOKENS = 200;

    /** Models of the generation that is on sale read at least this much. */
    private static final double LONG_WINDOW = 100_000;

    /** How many times e shorter a window is that says all it can say. */
    private static final double SHORTEST = 1.5;

    /**
     * Another model, whose learned mean quality is what is expected of this one, as soon as that model has verdicts.
     *
     * @param model its name
     * @param worth how many observations the likeness is worth, above 0
     */
    public record Similar(String model, double worth) {
        public Similar {
            Checks.positive("similar worth", worth);
        }
    }

    public ModelPrior {
        Checks.within("inputNanosPerToken", inputNanosPerToken, 0, 1e12);
        Checks.within("outputNanosPerToken", outputNanosPerToken, 0, 1e12);
        Checks.within("referenceTokens", referenceTokens, 1, 1e9);
        if (quality.isPresent()) {
            Checks.within("quality", quality.getAsDouble(), 0, 1);
            Checks.positive("qualityWorth", qualityWorth);
        }
        Checks.within("firstTokenMillis", firstTokenMillis, 0, 1e9);
        Checks.within("millisPerOutputToken", millisPerOutputToken, 0, 1e9);
        Checks.within("joulesPerOutputToken", joulesPerOutputToken, 0, 1e9);
        Checks.within("contextWindow", contextWindow, 0, Integer.MAX_VALUE);
    }

    /** Only the price list is known. */
    public static ModelPrior ofPrice(double inputNanosPerToken, double outputNanosPerToken) {
        return new ModelPrior(
                inputNanosPerToken,
                outputNanosPerToken,
                DEFAULT_REFERENCE_TOKENS,
                OptionalDouble.empty(),
                0,
                0,
                0,
                0,
                0,
                null);
    }

    public ModelPrior withQuality(double mean, double worth) {
        return new ModelPrior(
                inputNanosPerToken,
                outputNanosPerToken,
                referenceTokens,
                OptionalDouble.of(mean),
                worth,
                firstTokenMillis,
                millisPerOutputToken,
                joulesPerOutputToken,
                contextWindow,
                similar);
    }

    public ModelPrior withReferenceTokens(double tokens) {
        return new ModelPrior(
                inputNanosPerToken,
                outputNanosPerToken,
                tokens,
                quality,
                qualityWorth,
                firstTokenMillis,
                millisPerOutputToken,
                joulesPerOutputToken,
                contextWindow,
                similar);
    }

    public ModelPrior withLatency(double firstToken, double perOutputToken) {
        return new ModelPrior(
                inputNanosPerToken,
                outputNanosPerToken,
                referenceTokens,
                quality,
                qualityWorth,
                firstToken,
                perOutputToken,
                joulesPerOutputToken,
                contextWindow,
                similar);
    }

    public ModelPrior withEnergy(double joules) {
        return new ModelPrior(
                inputNanosPerToken,
                outputNanosPerToken,
                referenceTokens,
                quality,
                qualityWorth,
                firstTokenMillis,
                millisPerOutputToken,
                joules,
                contextWindow,
                similar);
    }

    public ModelPrior withContextWindow(int tokens) {
        return new ModelPrior(
                inputNanosPerToken,
                outputNanosPerToken,
                referenceTokens,
                quality,
                qualityWorth,
                firstTokenMillis,
                millisPerOutputToken,
                joulesPerOutputToken,
                tokens,
                similar);
    }

    public ModelPrior withSimilar(Similar model) {
        return new ModelPrior(
                inputNanosPerToken,
                outputNanosPerToken,
                referenceTokens,
                quality,
                qualityWorth,
                firstTokenMillis,
                millisPerOutputToken,
                joulesPerOutputToken,
                contextWindow,
                model);
    }

    /** Nano-dollars a request of these sizes costs, rounded half up. */
    public long costNanos(double inputTokens, double outputTokens) {
        return Math.round(inputNanosPerToken * inputTokens + outputNanosPerToken * outputTokens);
    }

    /** Joules a request of this size takes by the reference line. */
    public double joules(double outputTokens) {
        return joulesPerOutputToken * outputTokens;
    }

    /** Log of what a typical request costs; a free model counts as a thousandth of a nano-dollar a token. */
    double logPrice() {
        double price = inputNanosPerToken * REFERENCE_INPUT_TOKENS + outputNanosPerToken * DEFAULT_REFERENCE_TOKENS;
        return StrictMath.log(Math.max(price, 0.5));
    }

    /** How much its context window says that it is of an older generation: 0 (not at all, or unknown) to 1. */
    double datedness() {
        if (contextWindow == 0) {
            return 0;
        }
        return Math.max(0, Math.min(1, StrictMath.log(LONG_WINDOW / contextWindow) / SHORTEST));
    }

    /** Latency by the reference line for an answer of this length. */
    public double latencyMillis(double outputTokens) {
        return firstTokenMillis + millisPerOutputToken * outputTokens;
    }
}
