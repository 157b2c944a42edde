package io.penstock.topology;

/** What the stages count. Implementations must be thread-safe and cheap; labels never carry text of a request. */
public interface StageMetrics {
    /** Adds one to a counter, e.g. {@code join.duplicate-feedback}. */
    void count(String counter);

    /** Says what a number is now, e.g. {@code policy.newest-published-ms}. Whoever only counts need not listen. */
    default void gauge(String gauge, long value) {}

    /** Counts nothing. */
    static StageMetrics none() {
        return counter -> {};
    }
}
