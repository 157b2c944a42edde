package io.penstock.app.explain;

import io.penstock.event.Candidate;
import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Outcome;
import io.penstock.event.Response;
import io.penstock.learner.Choice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request went where it went, and what came of it: everything follows from its records. Holds no text of the prompt;
 * the answer is printed by who asked for it. Immutable.
 */
public final class Explanation {
    private final History history;

    private Explanation(History history) {
        this.history = history;
    }

    public static Explanation of(History history) {
        return new Explanation(history);
    }

    /** The same of single records, without signals. */
    public static Explanation of(
            List<Decision> decisions,
            List<Completion> completions,
            @Nullable Response response,
            List<Outcome> outcomes) {
        return new Explanation(new History(decisions, completions, response, outcomes, List.of()));
    }

    /**
     * For reading.
     *
     * @param full false = a line for each attempt and for the end; true = signals, every score component, all records after
     */
    public String text(boolean full) {
        return new ExplanationText(history).write(full);
    }

    /** One JSON object with the same content, indented. */
    public String json() {
        return json(null);
    }

    /** The same with the answer's text, for whoever asked. */
    public String json(@Nullable String answer) {
        return ExplanationJson.write(history, answer);
    }

    /** Whether deciding again from each decision's record gives the model that it names. */
    public boolean holds() {
        return history.decisions().stream().noneMatch(decision -> redecide(decision) == Redecision.DIFFERENT);
    }

    /** What deciding again from the record alone gives. */
    enum Redecision {
        /** The model that was chosen. */
        SAME,
        /** Another one: the record or the code is wrong. */
        DIFFERENT,
        /** Nothing was drawn. */
        NOT_DRAWN
    }

    static Redecision redecide(Decision decision) {
        List<Candidate> scored = decision.getCandidates().stream()
                .filter(candidate -> candidate.getFilter() == null)
                .toList();
        if (decision.getModel() == null || scored.isEmpty()) {
            return Redecision.NOT_DRAWN;
        }
        double[] probabilities =
                scored.stream().mapToDouble(Candidate::getProbability).toArray();
        try {
            String again =
                    scored.get(Choice.pick(probabilities, decision.getSeed())).getModel();
            return again.equals(decision.getModel()) ? Redecision.SAME : Redecision.DIFFERENT;
        } catch (IllegalArgumentException e) {
            // Probabilities that are none cannot have led to the choice.
            return Redecision.DIFFERENT;
        }
    }
}
