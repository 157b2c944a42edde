package io.penstock.simulation;

import io.penstock.event.LatencyReference;
import io.penstock.event.ModelCard;
import io.penstock.event.ObjectiveWeights;
import io.penstock.simulation.Draws.Purpose;
import java.util.List;

/**
 * Four kinds of prompts, told apart by their words, and five models: one that is good at all and dear, one for code, one for
 * mathematics, one cheap and good at prose and chat, one cheap and poor. So no single model is good, prompt by prompt the
 * best one costs little, and a policy that cannot read prompts cannot have much more than the best single model. Verdicts are
 * 1 or 0.
 */
public final class SyntheticWorld implements World {
    private static final double NANOS_PER_USD = 1e9;
    private static final int CALL_TIMEOUT_MS = 30_000;
    /** Every model has been tried on so many prompts before it is offered. */
    private static final double PRIOR_OBSERVATIONS = 50;

    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final int SHORTEST = 8;
    private static final int LONGEST = 14;

    private static final List<Kind> KINDS = List.of(
            Kind.of(
                    300,
                    List.of("Write a function that", "Fix the bug in the method that", "Refactor the class that"),
                    "parses iterates compiles array pointer thread exception recursive string buffer index loop returns"
                            + " null compiler variable integer stack"),
            Kind.of(
                    200,
                    List.of("Prove that", "Compute the value for which", "Solve the equation where"),
                    "integral prime theorem polynomial matrix derivative converges eigenvalue modulo triangle"
                            + " probability vector limit sum series root cosine"),
            Kind.of(
                    400,
                    List.of("Summarise the article about", "Rewrite the paragraph on", "Draft an essay about"),
                    "history museum climate election novel painter village harvest economy river parliament war"
                            + " festival culture letter journey century"),
            Kind.of(
                    120,
                    List.of("Hey, can you tell me", "What should I do about", "I feel like talking about"),
                    "dinner weekend friend birthday movie tired puppy holiday recipe coffee gift weather music party"
                            + " sleep garden football"));

    private static final List<Model> MODELS = List.of(
            new Model("atlas", new Price(3, 15), 400, 12, List.of(.92, .92, .92, .92)),
            new Model("birch", new Price(.5, 2), 300, 6, List.of(.90, .55, .60, .60)),
            new Model("cedar", new Price(.5, 2), 300, 6, List.of(.55, .88, .60, .60)),
            new Model("delta", new Price(.1, .4), 200, 4, List.of(.62, .60, .84, .86)),
            new Model("ember", new Price(.05, .2), 150, 3, List.of(.45, .45, .50, .55)));

    /** @param tokens of an answer, in the mean */
    private record Kind(int tokens, List<String> openings, List<String> words) {
        static Kind of(int tokens, List<String> openings, String words) {
            return new Kind(tokens, openings, List.of(words.split(" ")));
        }
    }

    /** Dollars for a million tokens. */
    private record Price(double input, double output) {}

    /** @param qualities expected verdicts, by kind */
    private record Model(
            String slug, Price price, double firstTokenMillis, double tokenMillis, List<Double> qualities) {
        ModelCard card() {
            return ModelCard.newBuilder()
                    .setSlug(slug)
                    .setName(slug)
                    .setBackend("recorded")
                    .setInputNanosPerMillionTokens(Math.round(price.input * NANOS_PER_USD))
                    .setOutputNanosPerMillionTokens(Math.round(price.output * NANOS_PER_USD))
                    .setContextWindow(128_000)
                    .setCallTimeoutMs(CALL_TIMEOUT_MS)
                    .setLatencyReference(new LatencyReference(firstTokenMillis, tokenMillis))
                    .setPriorQuality(qualities.stream()
                            .mapToDouble(Double::doubleValue)
                            .average()
                            .orElseThrow())
                    .setPriorObservations(PRIOR_OBSERVATIONS)
                    .build();
        }
    }

    private final Draws draws;
    private final int size;

    /** @param size number of requests, at least 1 */
    public SyntheticWorld(long seed, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("requests must be at least 1, but is " + size);
        }
        this.draws = new Draws(seed);
        this.size = size;
    }

    @Override
    public String name() {
        return "synthetic";
    }

    @Override
    public List<ModelCard> cards() {
        return MODELS.stream().map(Model::card).toList();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String prompt(int request) {
        Kind kind = KINDS.get(kindIndex(request));
        StringBuilder text =
                new StringBuilder(kind.openings.get(draws.index(Purpose.OPENING, request, 0, kind.openings.size())));
        int words = SHORTEST + draws.index(Purpose.LENGTH, request, 0, LONGEST - SHORTEST + 1);
        for (int i = 0; i < words; i++) {
            text.append(' ').append(kind.words.get(draws.index(Purpose.WORD, request, i, kind.words.size())));
        }
        return text.append('.').toString();
    }

    private int kindIndex(int request) {
        return draws.index(Purpose.KIND, request, 0, KINDS.size());
    }

    @Override
    public Potential potential(int request, int model) {
        Kind kind = KINDS.get(kindIndex(request));
        Model asked = MODELS.get(model);
        int output = (int) (kind.tokens * (0.5 + draws.uniform(Purpose.LENGTH, request, 1 + model)));
        double speed = 0.8 + 0.4 * draws.uniform(Purpose.SPEED, request, model);
        double latency = asked.firstTokenMillis + asked.tokenMillis * output;
        return new Potential(
                asked.qualities.get(kindIndex(request)),
                prompt(request).length() / CHARACTERS_PER_TOKEN,
                output,
                Math.rint(latency * speed));
    }

    @Override
    public double verdict(int request, int model, double quality) {
        return draws.uniform(Purpose.VERDICT, request, model) < quality ? 1 : 0;
    }

    @Override
    public ObjectiveWeights weights() {
        return new ObjectiveWeights(1.0, 0.2, 0.1, 0.0);
    }
}
