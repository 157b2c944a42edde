package io.penstock.topology.policy;

import io.penstock.event.PolicySnapshot;
import io.penstock.learner.Change;
import io.penstock.learner.InvalidStatisticsException;
import io.penstock.learner.ModelStatistics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The one place that turns learned sums into records of the policies topic, and checked records back into sums. */
public final class PolicyFormat {
    /** Name of {@link ModelStatistics#FAMILY} on the topic. */
    public static final String FAMILY = "ridge";

    /** Size of the largest record that is written or accepted. */
    public static final int MAX_BYTES = 2 * 1024 * 1024;

    // What a record may have besides its statistics: names, header, framing.
    private static final int ENVELOPE_BYTES = 4 * 1024;

    private PolicyFormat() {}

    /** Whether snapshots of features of this dimension fit into a record. */
    public static boolean fits(int dimension) {
        return ModelStatistics.sizeInBytes(dimension) <= MAX_BYTES - ENVELOPE_BYTES;
    }

    /** The record that publishes the sums. */
    public static PolicySnapshot encode(
            LearnedKey key, int shard, long version, ModelStatistics statistics, Instant publishedAt) {
        byte[] bytes = statistics.toBytes();
        PolicySnapshot snapshot = new PolicySnapshot();
        snapshot.setScope(key.scope());
        snapshot.setModel(key.model());
        snapshot.setShard(shard);
        snapshot.setExtractor(key.extractor());
        snapshot.setFamily(FAMILY);
        snapshot.setFormat(statistics.format());
        snapshot.setDimension(statistics.dimension());
        snapshot.setLandmark(Instant.ofEpochMilli(statistics.landmark()));
        snapshot.setVersion(version);
        snapshot.setStatistics(ByteBuffer.wrap(bytes));
        snapshot.setChecksum(checksum(bytes));
        snapshot.setProvenance("online");
        snapshot.setPublishedAt(publishedAt);
        return snapshot;
    }

    /** Says in a snapshot when its shard last found the model changed. */
    public static void addChange(PolicySnapshot snapshot, Change change) {
        snapshot.setChangedAt(Instant.ofEpochMilli(change.at()));
        snapshot.setQualityBefore(change.before());
        snapshot.setQualityAfter(change.after());
    }

    /** CRC-32C of the bytes. */
    public static long checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    /**
     * The content of a record, with everything checked that the record itself can tell.
     *
     * @throws PolicyRejectedException if it must not be used
     */
    public static ShardStatistics decode(@Nullable String key, PolicySnapshot snapshot) {
        require(
                FAMILY.equals(snapshot.getFamily()),
                PolicyRejection.UNKNOWN_FAMILY,
                "family must be " + FAMILY + ", but is " + snapshot.getFamily());
        require(
                snapshot.getFormat() >= 1 && snapshot.getFormat() <= ModelStatistics.FORMAT_VERSION,
                PolicyRejection.UNKNOWN_FORMAT,
                "format must be from 1 to " + ModelStatistics.FORMAT_VERSION + ", but is " + snapshot.getFormat());
        LearnedKey learned = learnedKey(key, snapshot);
        byte[] bytes = bytes(snapshot.getStatistics());
        long checksum = checksum(bytes);
        require(
                checksum == snapshot.getChecksum(),
                PolicyRejection.WRONG_CHECKSUM,
                "checksum must be " + checksum + ", but is " + snapshot.getChecksum());
        ModelStatistics statistics = statistics(bytes);
        require(
                statistics.dimension() == snapshot.getDimension(),
                PolicyRejection.WRONG_DIMENSION,
                "dimension must be " + statistics.dimension() + " as in the statistics, but is "
                        + snapshot.getDimension());
        require(
                snapshot.getVersion() > 0,
                PolicyRejection.OLD_VERSION,
                "version must be above 0, but is " + snapshot.getVersion());
        return new ShardStatistics(learned, snapshot.getShard(), snapshot.getVersion(), statistics, checksum);
    }

    private static LearnedKey learnedKey(@Nullable String key, PolicySnapshot snapshot) {
        try {
            LearnedKey learned = new LearnedKey(snapshot.getScope(), snapshot.getModel(), snapshot.getExtractor());
            String expected = learned.policyKey(snapshot.getShard());
            require(
                    expected.equals(key),
                    PolicyRejection.WRONG_KEY,
                    "the key must be " + expected + ", but is another");
            return learned;
        } catch (IllegalArgumentException e) {
            throw new PolicyRejectedException(PolicyRejection.WRONG_KEY, String.valueOf(e.getMessage()));
        }
    }

    private static ModelStatistics statistics(byte[] bytes) {
        try {
            ModelStatistics statistics = ModelStatistics.fromBytes(bytes);
            statistics.requireFit();
            return statistics;
        } catch (InvalidStatisticsException e) {
            throw new PolicyRejectedException(PolicyRejection.BAD_STATISTICS, String.valueOf(e.getMessage()));
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static void require(boolean holds, PolicyRejection reason, String message) {
        if (!holds) {
            throw new PolicyRejectedException(reason, message);
        }
    }
}
