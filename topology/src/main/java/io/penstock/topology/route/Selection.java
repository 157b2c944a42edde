package io.penstock.topology.route;

import io.penstock.event.Candidate;
import io.penstock.event.ModelCard;
import java.util.List;

/** What came of filter, score, pick; with every candidate and what was found about it. */
sealed interface Selection {
    List<Candidate> candidates();

    /** A model, drawn with this probability. */
    record Chosen(
            List<Candidate> candidates,
            ModelCard card,
            double propensity,
            String policy,
            long predictedCostNanos,
            long reservedCostNanos)
            implements Selection {}

    /** No candidate was left. */
    record Refused(List<Candidate> candidates, String reason, String detail) implements Selection {}
}
