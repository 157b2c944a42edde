package io.penstock.topology.route;

import io.penstock.event.Candidate;
import io.penstock.event.ExperimentUse;
import io.penstock.event.ModelCard;
import java.util.List;

/** What came of filter, score, pick; with every candidate and what was found about it. */
sealed interface Selection {
    List<Candidate> candidates();

    /**
     * A model, drawn with this probability.
     *
     * @param atCap whether it was taken as the cheapest that the budget still covers
     * @param experiments those it took part in
     */
    record Chosen(
            List<Candidate> candidates,
            ModelCard card,
            double propensity,
            String policy,
            long predictedCostNanos,
            long reservedCostNanos,
            boolean atCap,
            List<ExperimentUse> experiments)
            implements Selection {}

    /** No candidate was left. */
    record Refused(List<Candidate> candidates, String reason, String detail, Shortage shortage) implements Selection {}

    /**
     * What candidates needed beyond the budget.
     *
     * @param least the smallest worst case that the owner's money did not cover; {@link Long#MAX_VALUE} = all were covered
     * @param most the largest
     * @param session whether the session's cap dropped one
     */
    record Shortage(long least, long most, boolean session) {
        static final Shortage NONE = new Shortage(Long.MAX_VALUE, 0, false);

        boolean ofOwner() {
            return least < Long.MAX_VALUE;
        }

        Shortage and(long worst) {
            return new Shortage(Math.min(least, worst), Math.max(most, worst), session);
        }

        Shortage andSession() {
            return new Shortage(least, most, true);
        }
    }
}
