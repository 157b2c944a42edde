package io.penstock.app.explain;

import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Outcome;
import io.penstock.event.Response;
import io.penstock.event.Signal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of one request, each kind in the order of its topic.
 *
 * @param response null while it is under way
 * @param signals feedback and commands that came for it
 */
public record History(
        List<Decision> decisions,
        List<Completion> completions,
        @Nullable Response response,
        List<Outcome> outcomes,
        List<Signal> signals) {

    public History {
        decisions = List.copyOf(decisions);
        completions = List.copyOf(completions);
        outcomes = List.copyOf(outcomes);
        signals = List.copyOf(signals);
    }

    /** Whether there is no record of it at all. */
    public boolean isEmpty() {
        return decisions.isEmpty() && completions.isEmpty() && response == null && signals.isEmpty();
    }

    /** Shows no text of prompt or answer. */
    @Override
    public String toString() {
        return "History[" + decisions.size() + " decisions, " + completions.size() + " completions, "
                + (response == null ? "no response" : response.getKind()) + ", " + outcomes.size() + " outcomes, "
                + signals.size() + " signals]";
    }
}
