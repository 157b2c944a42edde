package io.penstock.simulation;

import io.penstock.connector.recorded.RecordedArm;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.event.ModelCard;
import io.penstock.event.ObjectiveWeights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What real models did on real prompts. Verdicts are those recorded; money is by the list prices of the cards. */
public final class RecordedWorld implements World {
    private final String name;
    private final List<RecordedPrompt> prompts;
    private final List<ModelCard> cards;

    /**
     * @param seed shuffles the prompts
     * @param size at most so many of them, at least 1
     */
    public RecordedWorld(RecordedOutcomes outcomes, long seed, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("requests must be at least 1, but is " + size);
        }
        List<RecordedPrompt> shuffled = new ArrayList<>(outcomes.prompts());
        Collections.shuffle(shuffled, new Random(seed));
        this.name = outcomes.pool();
        this.prompts = List.copyOf(shuffled.subList(0, Math.min(size, shuffled.size())));
        this.cards = outcomes.arms().stream().map(RecordedArm::card).toList();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<ModelCard> cards() {
        return cards;
    }

    @Override
    public int size() {
        return prompts.size();
    }

    @Override
    public String prompt(int request) {
        return prompts.get(request).text();
    }

    @Override
    public Potential potential(int request, int model) {
        RecordedOutcome outcome = prompts.get(request).outcomes().get(model);
        return new Potential(
                outcome.quality(), outcome.inputTokens(), outcome.outputTokens(), Math.rint(outcome.latencyMs()));
    }

    @Override
    public double verdict(int request, int model, double quality) {
        return quality;
    }

    /** As the demo: latencies are reference lines, not measured, so they do not count. */
    @Override
    public ObjectiveWeights weights() {
        return new ObjectiveWeights(1.0, 0.05, 0.0, 0.0);
    }
}
