package io.penstock.app.replay;

/**
 * What was counted in the topics.
 *
 * @param requests sent
 * @param responses read, second ones included
 * @param decisions dispatches and rejections, one per attempt
 * @param lost requests without a response
 * @param duplicated responses after the first of a request
 * @param duplicatedDecisions decisions after the first of an attempt
 * @param unanswered first responses that are not an answer
 */
public record Counts(
        int requests, int responses, int decisions, int lost, int duplicated, int duplicatedDecisions, int unanswered) {

    /** Whether every request was answered exactly once. */
    public boolean isClean() {
        return lost == 0 && duplicated == 0 && duplicatedDecisions == 0 && unanswered == 0;
    }
}
