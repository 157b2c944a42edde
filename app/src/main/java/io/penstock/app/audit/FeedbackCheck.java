package io.penstock.app.audit;

import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * I3, first half: a verdict (identity, source, feedback id) is judged at most once, and each correction replaces the value
 * that was last learned by another one. Fed in the order of each partition of outcomes.
 */
final class FeedbackCheck {
    private final Findings findings;
    private final Map<String, Double> valueByVerdict = new HashMap<>();

    FeedbackCheck(Findings findings) {
        this.findings = findings;
    }

    void outcome(Place place, Outcome outcome) {
        if (outcome.getKind() == OutcomeKind.JUDGED) {
            judged(place, outcome);
        } else if (outcome.getKind() == OutcomeKind.CORRECTED) {
            corrected(place, outcome);
        }
    }

    private void judged(Place place, Outcome outcome) {
        String verdict = verdict(outcome);
        Double value = quality(place, outcome);
        if (value == null) {
            return;
        }
        findings.checked(Invariant.I3);
        if (valueByVerdict.putIfAbsent(verdict, value) != null) {
            findings.violation(Invariant.I3, verdict, "is judged a second time at " + place);
        }
    }

    private void corrected(Place place, Outcome outcome) {
        String verdict = verdict(outcome);
        Double value = quality(place, outcome);
        if (value == null) {
            return;
        }
        findings.checked(Invariant.I3);
        Double before = valueByVerdict.put(verdict, value);
        if (before == null) {
            findings.violation(Invariant.I3, verdict, "is corrected at " + place + " but was never judged");
        } else if (!before.equals(outcome.getReplacedQuality())) {
            findings.violation(
                    Invariant.I3,
                    verdict,
                    "is corrected at " + place + " from " + outcome.getReplacedQuality() + ", but was " + before);
        } else if (before.equals(value)) {
            findings.violation(Invariant.I3, verdict, "is corrected at " + place + " to the value it had");
        }
    }

    private @Nullable Double quality(Place place, Outcome outcome) {
        Double value = outcome.getQuality();
        if (value == null || !(value >= 0 && value <= 1)) {
            findings.violation(Invariant.I3, verdict(outcome), "has the quality " + value + " at " + place);
            return null;
        }
        return value;
    }

    private static String verdict(Outcome outcome) {
        return outcome.getTenant() + '/' + outcome.getRequestId() + " feedback " + outcome.getSource() + ':'
                + outcome.getFeedbackId();
    }
}
