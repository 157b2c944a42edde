package io.penstock.topology.progress;

/**
 * Whether a timer may fire. A clock alone cannot say that nothing came in time: after a pause the clock is far ahead while
 * the answers still wait in the topic. All methods are called on the stream thread of the task.
 */
@FunctionalInterface
public interface TimerGate {
    /**
     * True only if this task has passed an end offset of the partition that was read at or after {@code dueMillis}: its
     * consumer's position is there and every record polled from the partition has been processed. False may mean that the
     * end offset is still being read: ask again later.
     */
    boolean passed(String topic, int partition, long dueMillis);

    /** Reports that a record, good or bad, has been processed. */
    default void processed(String topic, int partition, long offset) {}

    /** Reports that a new task reads the partition: what an earlier one processed counts no more. */
    default void restarted(String topic, int partition) {}
}
