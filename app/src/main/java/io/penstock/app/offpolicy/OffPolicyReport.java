package io.penstock.app.offpolicy;

import io.penstock.learner.offpolicy.OffPolicyEstimates;
import java.util.List;

/**
 * What policies would have earned on a log.
 *
 * @param rows one for each policy, at least one, all of the same decisions
 */
public record OffPolicyReport(List<Row> rows, Counts counts) {

    public OffPolicyReport {
        rows = List.copyOf(rows);
    }

    /** One policy. */
    public record Row(String policy, OffPolicyEstimates estimates) {}

    /**
     * First dispatches by what became of them.
     *
     * @param used have a verdict and a completion
     * @param withoutVerdict were never judged, or not yet
     * @param withoutCompletion were judged, but what they cost is not there
     * @param unusable do not tell their candidates, weights or probabilities
     * @param unreadable records of either topic that cannot be decoded
     * @param sampledUnevenly whether verdicts were sampled at different rates; the estimates are of judged requests, and
     *     do not correct that
     */
    public record Counts(
            long used,
            long withoutVerdict,
            long withoutCompletion,
            long unusable,
            long unreadable,
            boolean sampledUnevenly) {

        String leftOut() {
            return "left out: " + withoutVerdict + " without a verdict, " + withoutCompletion
                    + " without a completion, " + unusable + " without usable probabilities, " + unreadable
                    + " records unreadable";
        }
    }
}
