package io.penstock.topology.learn;

import io.penstock.learner.Decay;
import io.penstock.learner.Features;
import io.penstock.learner.InvalidStatisticsException;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import java.nio.ByteBuffer;

/** The sums of one key and the offset of outcomes up to which (exclusive) they are folded in. Not thread-safe. */
final class Learned {
    private final ModelStatistics statistics;
    private long version;

    private Learned(ModelStatistics statistics, long version) {
        this.statistics = statistics;
        this.version = version;
    }

    static Learned nothing(int dimension, Decay decay) {
        return new Learned(ModelStatistics.empty(dimension, decay), 0);
    }

    /** Reads {@link #toBytes}: the version as 8 big-endian bytes, then the statistics' own format. */
    static Learned fromBytes(byte[] bytes) {
        if (bytes.length < Long.BYTES) {
            throw new InvalidStatisticsException("learned state must have at least 8 bytes, but has " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long version = buffer.getLong();
        byte[] sums = new byte[buffer.remaining()];
        buffer.get(sums);
        return new Learned(ModelStatistics.fromBytes(sums), version);
    }

    byte[] toBytes() {
        byte[] sums = statistics.toBytes();
        return ByteBuffer.allocate(Long.BYTES + sums.length)
                .putLong(version)
                .put(sums)
                .array();
    }

    /**
     * @param millis the time of its weight
     * @param newVersion offset of the outcome plus one
     */
    void apply(Features features, Observation observation, long millis, long newVersion) {
        statistics.apply(features, observation, millis);
        version = newVersion;
    }

    ModelStatistics statistics() {
        return statistics;
    }

    int dimension() {
        return statistics.dimension();
    }

    long version() {
        return version;
    }
}
