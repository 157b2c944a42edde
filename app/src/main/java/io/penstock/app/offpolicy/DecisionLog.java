package io.penstock.app.offpolicy;

import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Outcome;
import io.penstock.learner.Policy;
import io.penstock.learner.offpolicy.LoggedDecision;
import io.penstock.learner.offpolicy.OffPolicyEstimates;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decisions joined with what came of them. Only first dispatches count: what a retry may choose from depends on what
 * failed before. Holds about a kilobyte for each decision. Not thread-safe.
 */
public final class DecisionLog {
    private final Map<String, Entry> entries = new HashMap<>();
    private long unusable;
    private long unreadable;

    private static final class Entry {
        private final RecordedDecision decision;
        private @Nullable Double quality;
        private double samplingWeight = 1;
        private @Nullable Outcome completed;

        private Entry(RecordedDecision decision) {
            this.decision = decision;
        }
    }

    /** A decision with its reward. */
    private record Rewarded(RecordedDecision decision, double reward) {}

    /** Takes a first dispatch; every other decision changes nothing. */
    public void decision(Decision decision) {
        if (decision.getKind() != DecisionKind.DISPATCH || decision.getAttempt() != 1) {
            return;
        }
        Optional<RecordedDecision> recorded = RecordedDecision.of(decision);
        if (recorded.isPresent()) {
            entries.put(decision.getDecisionId(), new Entry(recorded.get()));
        } else {
            unusable++;
        }
    }

    /** Takes what came of a decision given before; the last verdict counts, so outcomes must come in their order. */
    public void outcome(Outcome outcome) {
        Entry entry = entries.get(outcome.getDecisionId());
        if (entry == null) {
            return;
        }
        switch (outcome.getKind()) {
            case COMPLETED -> entry.completed = outcome;
            case JUDGED, CORRECTED -> {
                entry.quality = outcome.getQuality();
                entry.samplingWeight = outcome.getWeight();
            }
            case CENSORED -> {
                // Feedback that did not come in time: no verdict.
            }
        }
    }

    /** Counts a record that could not be decoded. */
    public void unreadable() {
        unreadable++;
    }

    /**
     * Estimates for each policy.
     *
     * @throws IllegalStateException if fewer than two decisions have a verdict and a completion
     */
    public OffPolicyReport evaluate(List<Policy> policies) {
        List<Rewarded> log = rewarded();
        OffPolicyReport.Counts counts = counts(log.size());
        if (log.size() < 2) {
            throw new IllegalStateException("estimates need at least 2 first decisions with a verdict and a completion,"
                    + " but there are " + log.size() + " (" + counts.leftOut() + ")");
        }
        List<OffPolicyReport.Row> rows = new ArrayList<>();
        for (Policy policy : policies) {
            List<LoggedDecision> decisions = log.stream()
                    .map(rewarded -> rewarded.decision().under(policy, rewarded.reward()))
                    .toList();
            rows.add(new OffPolicyReport.Row(policy.name(), OffPolicyEstimates.of(decisions)));
        }
        return new OffPolicyReport(rows, counts);
    }

    /** In the order of the decisions, which adaptive weights go by. */
    private List<Rewarded> rewarded() {
        List<Rewarded> log = new ArrayList<>();
        entries.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, Entry> entry) ->
                                entry.getValue().decision.decidedAt())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getValue)
                .forEach(entry -> {
                    if (entry.quality != null && entry.completed != null) {
                        log.add(new Rewarded(entry.decision, entry.decision.reward(entry.quality, entry.completed)));
                    }
                });
        return log;
    }

    private OffPolicyReport.Counts counts(int used) {
        long withoutVerdict =
                entries.values().stream().filter(entry -> entry.quality == null).count();
        long samplingRates = entries.values().stream()
                .filter(entry -> entry.quality != null)
                .map(entry -> entry.samplingWeight)
                .distinct()
                .count();
        return new OffPolicyReport.Counts(
                used, withoutVerdict, entries.size() - used - withoutVerdict, unusable, unreadable, samplingRates > 1);
    }
}
