package io.penstock.learner.money;

/**
 * One period of a budget.
 *
 * @param start epoch milliseconds, included
 * @param end epoch milliseconds, not included
 */
public record Span(long start, long end) {
    public Span {
        if (end <= start) {
            throw new IllegalArgumentException("a period must end after its start " + start + ", but ends at " + end);
        }
    }

    /** How much of it is over, 0 to 1. */
    public double over(long now) {
        return Math.max(0, Math.min(1, (double) (now - start) / (end - start)));
    }
}
