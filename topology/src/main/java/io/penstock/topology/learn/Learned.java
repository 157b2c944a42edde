package io.penstock.topology.learn;

import io.penstock.learner.Change;
import io.penstock.learner.Decay;
import io.penstock.learner.Features;
import io.penstock.learner.InvalidStatisticsException;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.learner.WatchedModel;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The sums of one key, the watch over them, and the offset of outcomes up to which (exclusive) they are folded in. Not
 * thread-safe.
 */
final class Learned {
    private final WatchedModel model;
    private long version;

    private Learned(WatchedModel model, long version) {
        this.model = model;
        this.version = version;
    }

    static Learned nothing(int dimension, Decay decay) {
        return new Learned(WatchedModel.empty(dimension, decay), 0);
    }

    /** Reads {@link #toBytes}: the version as 8 big-endian bytes, then the format of {@link WatchedModel}. */
    static Learned fromBytes(byte[] bytes) {
        if (bytes.length < Long.BYTES) {
            throw new InvalidStatisticsException("learned state must have at least 8 bytes, but has " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long version = buffer.getLong();
        byte[] sums = new byte[buffer.remaining()];
        buffer.get(sums);
        return new Learned(WatchedModel.fromBytes(sums), version);
    }

    byte[] toBytes() {
        byte[] sums = model.toBytes();
        return ByteBuffer.allocate(Long.BYTES + sums.length)
                .putLong(version)
                .put(sums)
                .array();
    }

    /**
     * @param millis the time of its weight
     * @param newVersion offset of the outcome plus one
     * @return the change of the model that this outcome gave away
     */
    Optional<Change> apply(Features features, Observation observation, long millis, long newVersion) {
        version = newVersion;
        return model.apply(features, observation, millis);
    }

    ModelStatistics statistics() {
        return model.statistics();
    }

    int dimension() {
        return model.statistics().dimension();
    }

    Optional<Change> lastChange() {
        return model.lastChange();
    }

    long version() {
        return version;
    }
}
