package io.penstock.topology.observe;

import io.penstock.event.Completion;
import java.nio.ByteBuffer;

/**
 * Counts of one model in one shard.
 *
 * @param latency milliseconds to the whole answer, of calls that were answered
 * @param failures 1 for a call that failed, timed out or was never heard of again, 0 for one that was answered
 */
record ModelTally(
        long inFlight, long completed, long failed, long spentNanos, RecentMean latency, RecentMean failures) {
    static final ModelTally NONE = new ModelTally(0, 0, 0, 0, RecentMean.NONE, RecentMean.NONE);

    private static final int BYTES = 8 * Long.BYTES;

    ModelTally started() {
        return new ModelTally(inFlight + 1, completed, failed, spentNanos, latency, failures);
    }

    ModelTally ended() {
        return new ModelTally(inFlight - 1, completed, failed, spentNanos, latency, failures);
    }

    /** Nothing was heard of a call within its time: to whoever waited for it, it has failed. */
    ModelTally expired(double keep) {
        return new ModelTally(inFlight - 1, completed, failed + 1, spentNanos, latency, failures.and(1, keep));
    }

    /** A call that was counted as failed has come to an end after all: only what it cost is news. */
    ModelTally sawLate(Completion completion) {
        return new ModelTally(inFlight, completed, failed, spentNanos + completion.getCostNanos(), latency, failures);
    }

    /** Counts a call; one that was cancelled or never started says nothing about the model, but may have cost. */
    ModelTally saw(Completion completion, double keep) {
        long spent = spentNanos + completion.getCostNanos();
        return switch (completion.getStatus()) {
            case SUCCESS ->
                new ModelTally(
                        inFlight,
                        completed + 1,
                        failed,
                        spent,
                        latency.and(completion.getLatencyMs(), keep),
                        failures.and(0, keep));
            case FAILED, TIMEOUT ->
                new ModelTally(inFlight, completed, failed + 1, spent, latency, failures.and(1, keep));
            case CANCELLED, NOT_STARTED -> new ModelTally(inFlight, completed, failed, spent, latency, failures);
        };
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(inFlight)
                .putLong(completed)
                .putLong(failed)
                .putLong(spentNanos)
                .putDouble(latency.sum())
                .putDouble(latency.weight())
                .putDouble(failures.sum())
                .putDouble(failures.weight())
                .array();
    }

    static ModelTally fromBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalStateException("a model's tally must have " + BYTES + " bytes, but has " + bytes.length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new ModelTally(
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                new RecentMean(in.getDouble(), in.getDouble()),
                new RecentMean(in.getDouble(), in.getDouble()));
    }
}
