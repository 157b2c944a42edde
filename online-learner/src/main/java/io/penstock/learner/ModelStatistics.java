package io.penstock.learner;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.Arrays;
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
 * <p><b>Forgetting.</b> With a {@link Decay} each contribution is a fixed number as of the start of its own period, and sums
 * move to later periods by exact powers of two. Within a period any order and any sharding still give the same bits below
 * 2²⁹ (8,000 recent observations at its end); beyond that, and across periods, the same sums to a relative 1e-9.
 *
 * <p>{@link #apply} is the only operation that changes state, live and on restore. Not thread-safe.
 */
public final class ModelStatistics {

    /** Identifies the family of statistics in the first four bytes: ridge sums. */
    public static final int FAMILY = 0x52494447;

    /** The newest format; sums without decay are still written as format 1. */
    public static final int FORMAT_VERSION = 2;

    private static final int TOKENS = 0;
    private static final int LATENCY = 1;

    private final int dimension;
    private final Decay decay;
    private final Moments quality;
    private final Moments completion;
    private long landmark;
    private long latest;
    private long judged;
    private long completed;

    private ModelStatistics(int dimension, Decay decay, Moments quality, Moments completion) {
        this.dimension = dimension;
        this.decay = decay;
        this.quality = quality;
        this.completion = completion;
    }

    /** No observations, none of which is ever forgotten. The dimension does not count the bias, which is added inside. */
    public static ModelStatistics empty(int dimension) {
        return empty(dimension, Decay.NONE);
    }

    /** No observations. */
    public static ModelStatistics empty(int dimension, Decay decay) {
        Checks.dimension(dimension);
        return new ModelStatistics(dimension, decay, new Moments(dimension + 1, 1), new Moments(dimension + 1, 2));
    }

    /**
     * For sums without decay, where time does not matter.
     *
     * @throws IllegalStateException if these sums forget
     */
    public void apply(Features features, Observation observation) {
        if (decay.forgets()) {
            throw new IllegalStateException("sums with a half-life need the time of each observation");
        }
        apply(features, observation, 0);
    }

    /**
     * Adds one observation.
     *
     * @param millis when the model was chosen, by the broker's clock; whoever calls makes sure that it is not far in the
     *     future, which would make everything else old. Times before the epoch count as the epoch
     */
    public void apply(Features features, Observation observation, long millis) {
        requireDimension(features.dimension());
        long time = Math.max(0, millis);
        moveTo(time);
        double[] x = features.withBias();
        Weight weight = decay.weight(observation.weight(), time, landmark);
        if (observation instanceof Observation.Completed seen) {
            completion.addContext(x, weight);
            addLog(TOKENS, x, weight, seen.outputTokens());
            addLog(LATENCY, x, weight, seen.latencyMillis());
            completed++;
        } else if (observation instanceof Observation.Judged verdict) {
            quality.addContext(x, weight);
            addQuality(x, weight, verdict.quality(), 1);
            judged++;
        } else if (observation instanceof Observation.Corrected change) {
            addQuality(x, weight, change.oldQuality(), -1);
            addQuality(x, weight, change.newQuality(), 1);
        }
    }

    private void addLog(int target, double[] x, Weight weight, double value) {
        // StrictMath: the same bits on every machine, or a replay elsewhere would differ.
        completion.addTarget(target, x, weight, StrictMath.log1p(value), value, 1);
    }

    private void addQuality(double[] x, Weight weight, double value, double sign) {
        quality.addTarget(0, x, weight, value, value, sign);
    }

    /**
     * Moves the quality of everything seen by an amount, slopes unchanged, and multiplies the weight of everything.
     *
     * @param factor a power of two, so that nothing is rounded
     */
    void shift(double amount, double factor) {
        quality.shiftTarget(0, amount);
        scale(factor);
    }

    /** An older time keeps its own, smaller weight: what it counts must not depend on when it arrives. */
    private void moveTo(long time) {
        if (!decay.forgets()) {
            return;
        }
        latest = Math.max(latest, time);
        long next = decay.landmark(latest);
        if (next > landmark) {
            scale(decay.power(landmark, next));
            landmark = next;
        }
    }

    private void scale(double factor) {
        quality.replace(sum -> Decay.scaled(sum, factor));
        completion.replace(sum -> Decay.scaled(sum, factor));
    }

    /**
     * A new object with the sums of both; this is how shards become the single-machine result.
     *
     * @throws IllegalArgumentException if the other has another dimension or another half-life
     */
    public ModelStatistics plus(ModelStatistics other) {
        requireDimension(other.dimension);
        if (!other.decay.equals(decay)) {
            throw new IllegalArgumentException("half-life must be " + decay.halfLifeMillis()
                    + " ms as in these statistics, but is " + other.decay.halfLifeMillis() + " ms");
        }
        long common = Math.max(landmark, other.landmark);
        ModelStatistics left = at(common);
        ModelStatistics right = other.at(common);
        ModelStatistics sum = new ModelStatistics(
                dimension, decay, left.quality.plus(right.quality), left.completion.plus(right.completion));
        sum.landmark = common;
        sum.latest = Math.max(latest, other.latest);
        sum.judged = judged + other.judged;
        sum.completed = completed + other.completed;
        return sum;
    }

    private ModelStatistics at(long common) {
        if (common == landmark) {
            return this;
        }
        ModelStatistics moved = copy();
        moved.scale(decay.power(landmark, common));
        return moved;
    }

    public ModelStatistics copy() {
        ModelStatistics copy = new ModelStatistics(
                dimension,
                decay,
                quality.plus(new Moments(dimension + 1, 1)),
                completion.plus(new Moments(dimension + 1, 2)));
        copy.landmark = landmark;
        copy.latest = latest;
        copy.judged = judged;
        copy.completed = completed;
        return copy;
    }

    /**
     * What the sums are worth at a time, as sums without decay: what {@link Estimates} and its priors are added to. The
     * same object where nothing is forgotten.
     *
     * @param millis as a rule the {@link #latest} time that anything in the scope has seen
     */
    public ModelStatistics asOf(long millis) {
        if (!decay.forgets()) {
            return this;
        }
        double factor = decay.factor(landmark, Math.max(latest, millis));
        ModelStatistics copy = copy();
        ModelStatistics plain = new ModelStatistics(dimension, Decay.NONE, copy.quality, copy.completion);
        plain.scale(factor);
        plain.judged = judged;
        plain.completed = completed;
        return plain;
    }

    public int dimension() {
        return dimension;
    }

    public Decay decay() {
        return decay;
    }

    /** As of when the sums are, milliseconds; 0 without decay. */
    public long landmark() {
        return landmark;
    }

    /** The latest time of an observation, milliseconds; 0 without decay. */
    public long latest() {
        return latest;
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
     * completed (longs), in format 2 half-life and latest time (longs), then the quality sums and the completion sums as
     * doubles: packed Gram triangle by rows, cross products per target, squares, totals. Format 1 is without decay, and
     * still what is written then, so that nothing changes for those who don't use it.
     */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(StatisticsHeader.sizeInBytes(dimension, format()));
        new StatisticsHeader(dimension, decay, landmark, latest, judged, completed).write(bytes);
        DoubleBuffer sums = bytes.asDoubleBuffer();
        quality.write(sums);
        completion.write(sums);
        return bytes.array();
    }

    /** The format that {@link #toBytes} writes. */
    public int format() {
        return StatisticsHeader.format(decay);
    }

    /** At most; without decay 16 bytes less. */
    public static int sizeInBytes(int dimension) {
        return StatisticsHeader.sizeInBytes(dimension, FORMAT_VERSION);
    }

    /** @throws InvalidStatisticsException if the bytes are not a valid snapshot of a known format */
    public static ModelStatistics fromBytes(byte[] array) {
        ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        StatisticsHeader header = StatisticsHeader.read(bytes);
        ModelStatistics result = empty(header.dimension(), header.decay());
        result.landmark = header.landmark();
        result.latest = header.latest();
        result.judged = header.judged();
        result.completed = header.completed();
        DoubleBuffer sums = bytes.asDoubleBuffer();
        result.quality.read(sums);
        result.completion.read(sums);
        result.check();
        return result;
    }

    /**
     * Makes sure that a model can be fitted to these sums: numbers that are fine one by one may be no sums of anything, and
     * would fail a router at its next decision.
     *
     * @throws InvalidStatisticsException if none can
     */
    public void requireFit() {
        double[] ridges = new double[dimension + 1];
        // Less than any ridge of a fit, more than what rounding can do.
        Arrays.fill(ridges, 1);
        for (Moments moments : new Moments[] {quality, completion}) {
            try {
                Factorisation unused = new Factorisation(moments.gramRows(), ridges);
            } catch (IllegalArgumentException e) {
                throw new InvalidStatisticsException(
                        "sums must be those of observations, but their squares are not positive definite");
            }
        }
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

    private void check() {
        String problem = quality.problem("quality");
        require(problem.isEmpty(), problem);
        problem = completion.problem("completion");
        require(problem.isEmpty(), problem);
        require(isWeightOf(judged, quality), "judged is " + judged + ", but its weight is " + quality.weight());
        require(
                isWeightOf(completed, completion),
                "completed is " + completed + ", but its weight is " + completion.weight());
    }

    /** What was seen long ago may weigh nothing any more. */
    private boolean isWeightOf(long count, Moments moments) {
        return count > 0 ? moments.weight() > 0 || decay.forgets() : moments.weight() == 0;
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
