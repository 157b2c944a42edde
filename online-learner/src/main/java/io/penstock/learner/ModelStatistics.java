package io.penstock.learner;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.Optional;

/**
 * The raw additive sums of one (scope, model, shard) for one feature extractor: nothing but Σw, Σw·x, Σw·xxᵀ, Σw·y·x
 * and Σw·y² for quality on the feedback clock and for log(1 + output tokens) and log(1 + latency in ms) on the
 * completion clock. Centring, pooling and priors belong to the reader, {@link Estimates}.
 *
 * <p><b>Order-free.</b> Each contribution is rounded to a multiple of 2⁻³² before it is added. A double holds every
 * such multiple below 2²¹ exactly, so no addition rounds, addition is associative, and any order, any sharding and any
 * interleaving of the same observations give the same bits. That is what makes a replay identical and lets the state be
 * compared with an independent refold. Beyond 2²¹ (two million observations of one model in one shard) sums are still
 * right to 1e-15 but the last bits may depend on the order.
 *
 * <p>{@link #apply} is the only operation that changes state, live and on restore. Not thread-safe.
 */
public final class ModelStatistics {

    /** Identifies the family of statistics in the first four bytes: ridge sums. */
    public static final int FAMILY = 0x52494447;

    public static final int FORMAT_VERSION = 1;

    private static final int HEADER_BYTES = 4 + 2 + 2 + 8 + 8 + 8;
    private static final int TOKENS = 0;
    private static final int LATENCY = 1;

    private final int dimension;
    private final Moments quality;
    private final Moments completion;
    private long judged;
    private long completed;

    private ModelStatistics(int dimension, Moments quality, Moments completion) {
        this.dimension = dimension;
        this.quality = quality;
        this.completion = completion;
    }

    /** No observations. The dimension does not count the bias, which is added inside. */
    public static ModelStatistics empty(int dimension) {
        Checks.dimension(dimension);
        return new ModelStatistics(dimension, new Moments(dimension + 1, 1), new Moments(dimension + 1, 2));
    }

    public void apply(Features features, Observation observation) {
        requireDimension(features.dimension());
        double[] x = features.withBias();
        double w = observation.weight();
        if (observation instanceof Observation.Completed seen) {
            completion.addContext(x, w);
            addLog(TOKENS, x, w, seen.outputTokens());
            addLog(LATENCY, x, w, seen.latencyMillis());
            completed++;
        } else if (observation instanceof Observation.Judged verdict) {
            quality.addContext(x, w);
            addQuality(x, w, verdict.quality(), 1);
            judged++;
        } else if (observation instanceof Observation.Corrected change) {
            addQuality(x, w, change.oldQuality(), -1);
            addQuality(x, w, change.newQuality(), 1);
        }
    }

    private void addLog(int target, double[] x, double w, double value) {
        // StrictMath: the same bits on every machine, or a replay elsewhere would differ.
        double y = StrictMath.log1p(value);
        completion.addTarget(target, x, w * y, w * y * y, w * value, 1);
    }

    private void addQuality(double[] x, double w, double value, double sign) {
        quality.addTarget(0, x, w * value, w * value * value, w * value, sign);
    }

    /** A new object with the sums of both; this is how shards become the single-machine result. */
    public ModelStatistics plus(ModelStatistics other) {
        requireDimension(other.dimension);
        ModelStatistics sum =
                new ModelStatistics(dimension, quality.plus(other.quality), completion.plus(other.completion));
        sum.judged = judged + other.judged;
        sum.completed = completed + other.completed;
        return sum;
    }

    public ModelStatistics copy() {
        return plus(empty(dimension));
    }

    public int dimension() {
        return dimension;
    }

    /** Number of judged attempts, each counted once however often its verdict changed. */
    public long judged() {
        return judged;
    }

    /** Number of completed attempts. */
    public long completed() {
        return completed;
    }

    /** Weight of the judged attempts. */
    public double judgedWeight() {
        return quality.weight();
    }

    /** Weight of the completed attempts that nobody has judged, or not yet. */
    public double unjudged() {
        return Math.max(0, completion.weight() - quality.weight());
    }

    /** Weighted mean quality, or 0 before anything was judged. */
    public double qualityMean() {
        return mean(quality.sum(0), quality);
    }

    /** Weighted mean output tokens, or 0 before anything completed. */
    public double outputTokensMean() {
        return mean(completion.total(TOKENS), completion);
    }

    /** Weighted mean latency in milliseconds, or 0 before anything completed. */
    public double latencyMillisMean() {
        return mean(completion.total(LATENCY), completion);
    }

    private static double mean(double sum, Moments moments) {
        return moments.weight() > 0 ? sum / moments.weight() : 0;
    }

    Moments quality() {
        return quality;
    }

    Moments completion() {
        return completion;
    }

    /**
     * Little-endian: family (int), format version (short), dimension (short), landmark (long, 0 = no decay), judged and
     * completed (longs), then the quality sums and the completion sums as doubles: packed Gram triangle by rows, cross
     * products per target, squares, totals.
     */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(sizeInBytes(dimension)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(FAMILY).putShort((short) FORMAT_VERSION).putShort((short) dimension);
        bytes.putLong(0).putLong(judged).putLong(completed);
        DoubleBuffer sums = bytes.asDoubleBuffer();
        quality.write(sums);
        completion.write(sums);
        return bytes.array();
    }

    public static int sizeInBytes(int dimension) {
        int width = dimension + 1;
        return HEADER_BYTES + Double.BYTES * (Moments.doubles(width, 1) + Moments.doubles(width, 2));
    }

    /** @throws InvalidStatisticsException if the bytes are not a valid snapshot of a known format */
    public static ModelStatistics fromBytes(byte[] array) {
        ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        int dimension = checkHeader(bytes);
        ModelStatistics result = empty(dimension);
        bytes.getLong();
        result.judged = bytes.getLong();
        result.completed = bytes.getLong();
        DoubleBuffer sums = bytes.asDoubleBuffer();
        result.quality.read(sums);
        result.completion.read(sums);
        result.check();
        return result;
    }

    /** Why a router with this dimension must not use the bytes, or empty if it may. Never throws. */
    public static Optional<String> refusal(byte[] bytes, int expectedDimension) {
        try {
            fromBytes(bytes).requireDimension(expectedDimension);
            return Optional.empty();
        } catch (InvalidStatisticsException | IllegalArgumentException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    private static int checkHeader(ByteBuffer bytes) {
        int length = bytes.remaining();
        require(length >= HEADER_BYTES, "statistics need at least " + HEADER_BYTES + " bytes, but have " + length);
        int family = bytes.getInt();
        require(family == FAMILY, String.format("statistics family must be %08x, but is %08x", FAMILY, family));
        int version = Short.toUnsignedInt(bytes.getShort());
        require(version == FORMAT_VERSION, "statistics format must be " + FORMAT_VERSION + ", but is " + version);
        int dimension = Short.toUnsignedInt(bytes.getShort());
        require(
                dimension >= 1 && dimension <= Features.MAX_DIMENSION,
                "statistics dimension must be from 1 to " + Features.MAX_DIMENSION + ", but is " + dimension);
        int expected = sizeInBytes(dimension);
        require(
                length == expected,
                "statistics of dimension " + dimension + " must be " + expected + " bytes, but are " + length);
        long landmark = bytes.getLong(bytes.position());
        require(landmark == 0, "statistics landmark must be 0 in format 1, but is " + landmark);
        return dimension;
    }

    private void check() {
        require(judged >= 0, "judged must not be negative, but is " + judged);
        require(completed >= 0, "completed must not be negative, but is " + completed);
        String problem = quality.problem("quality");
        require(problem.isEmpty(), problem);
        problem = completion.problem("completion");
        require(problem.isEmpty(), problem);
        require(judged > 0 == quality.weight() > 0, "judged is " + judged + ", but its weight is " + quality.weight());
        require(
                completed > 0 == completion.weight() > 0,
                "completed is " + completed + ", but its weight is " + completion.weight());
    }

    private void requireDimension(int other) {
        if (other != dimension) {
            throw new IllegalArgumentException(
                    "dimension must be " + dimension + " as in these statistics, but is " + other);
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new InvalidStatisticsException(message);
        }
    }
}
