package io.penstock.topology.observe;

/**
 * Load and health of a model over all shards.
 *
 * @param inFlight attempts decided and not ended
 * @param completed answers so far
 * @param failed failed and timed-out calls so far
 * @param latencyMillis recent time to the whole answer; 0 before the first
 * @param failureRate recent share of calls that failed, 0 to 1
 * @param spentNanos what its calls have cost
 */
public record ModelLoad(
        long inFlight, long completed, long failed, double latencyMillis, double failureRate, long spentNanos) {
    /** Nothing is known. */
    public static final ModelLoad NONE = new ModelLoad(0, 0, 0, 0, 0, 0);
}
