package io.penstock.learner;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.Arrays;

/**
 * What a layer below a scope (a tenant of a group, a task of a tenant) keeps of one model in one shard for one feature
 * extractor: Σw, Σw·x and Σw·r, and nothing quadratic. That is enough, since the scope's own fit is linear: the mean residual
 * under whatever fit the scope has by now is (Σw·r − θ·Σw·x) / Σw. {@link LayerFit} reads it.
 *
 * <p>Order-free and decayed like {@link ModelStatistics}, with the same guarantees. Where the scope's watch has found the model
 * changed, what the layer knew of it is out of date: the first observation after that clears it, and verdicts on decisions of
 * before count no more.
 *
 * <p>{@link #apply} is the only operation that changes state, live and on restore. Not thread-safe.
 */
public final class LayerSums {

    /** Identifies the family in the first four bytes. */
    public static final int FAMILY = 0x4C415952;

    public static final int FORMAT_VERSION = 1;

    private static final int HEADER_BYTES = 4 + 2 + 2 + 5 * 8;

    /** Beyond anything that could be observed. */
    private static final double LARGEST = 1e30;

    private final int dimension;
    private final Decay decay;
    private final double[] contexts;
    private double verdictSum;
    private long landmark;
    private long latest;
    private long since;
    private long judged;

    private LayerSums(int dimension, Decay decay) {
        this.dimension = dimension;
        this.decay = decay;
        this.contexts = new double[dimension + 1];
    }

    /** No observations. The dimension does not count the bias, which is added inside. */
    public static LayerSums empty(int dimension, Decay decay) {
        Checks.dimension(dimension);
        return new LayerSums(dimension, decay);
    }

    /**
     * Adds one observation; completions teach it nothing.
     *
     * @param millis when the model was chosen, as in {@link ModelStatistics#apply(Features, Observation, long)}
     * @param changedAt decisions before this were made by a model that has changed since; 0 = it has not
     */
    public void apply(Features features, Observation observation, long millis, long changedAt) {
        if (features.dimension() != dimension) {
            throw new IllegalArgumentException(
                    "features must have dimension " + dimension + ", but have " + features.dimension());
        }
        if (changedAt > since) {
            Arrays.fill(contexts, 0);
            verdictSum = 0;
            judged = 0;
            since = changedAt;
        }
        long time = Math.max(0, millis);
        moveTo(time);
        if (time < since) {
            return;
        }
        Weight weight = decay.weight(observation.weight(), time, landmark);
        if (observation instanceof Observation.Judged verdict) {
            double[] x = features.withBias();
            for (int i = 0; i < x.length; i++) {
                contexts[i] += weight.rounded(weight.value() * x[i]);
            }
            verdictSum += weight.rounded(weight.value() * verdict.quality());
            judged++;
        } else if (observation instanceof Observation.Corrected change) {
            verdictSum += weight.rounded(weight.value() * change.newQuality())
                    - weight.rounded(weight.value() * change.oldQuality());
        }
    }

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
        for (int i = 0; i < contexts.length; i++) {
            contexts[i] = Decay.scaled(contexts[i], factor);
        }
        verdictSum = Decay.scaled(verdictSum, factor);
    }

    /**
     * A new object with the sums of both: how shards become the single-machine result.
     *
     * @throws IllegalArgumentException if the other has another dimension or another half-life
     */
    public LayerSums plus(LayerSums other) {
        if (other.dimension != dimension || !other.decay.equals(decay)) {
            throw new IllegalArgumentException("layer sums must have dimension " + dimension + " and half-life "
                    + decay.halfLifeMillis() + " ms, but have " + other.dimension + " and "
                    + other.decay.halfLifeMillis() + " ms");
        }
        LayerSums sum = copy();
        LayerSums right = other.copy();
        long common = Math.max(landmark, other.landmark);
        sum.scale(decay.power(landmark, common));
        right.scale(decay.power(other.landmark, common));
        for (int i = 0; i < contexts.length; i++) {
            sum.contexts[i] += right.contexts[i];
        }
        sum.verdictSum += right.verdictSum;
        sum.landmark = common;
        sum.latest = Math.max(latest, other.latest);
        sum.since = Math.max(since, other.since);
        sum.judged += right.judged;
        return sum;
    }

    private LayerSums copy() {
        LayerSums copy = new LayerSums(dimension, decay);
        System.arraycopy(contexts, 0, copy.contexts, 0, contexts.length);
        copy.verdictSum = verdictSum;
        copy.landmark = landmark;
        copy.latest = latest;
        copy.since = since;
        copy.judged = judged;
        return copy;
    }

    /**
     * What the sums are worth at a time, without decay; the same object where nothing is forgotten.
     *
     * @param millis as a rule the {@link #latest} time that anything in the layer has seen
     */
    public LayerSums asOf(long millis) {
        if (!decay.forgets()) {
            return this;
        }
        LayerSums plain = new LayerSums(dimension, Decay.NONE);
        System.arraycopy(contexts, 0, plain.contexts, 0, contexts.length);
        plain.verdictSum = verdictSum;
        plain.scale(decay.factor(landmark, Math.max(latest, millis)));
        plain.since = since;
        plain.judged = judged;
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

    /** Number of verdicts since the model last changed. */
    public long judged() {
        return judged;
    }

    /** Σw. */
    public double weight() {
        return Math.max(0, contexts[0]);
    }

    /** Σw·r. */
    double verdictSum() {
        return verdictSum;
    }

    /** Σw·(1, x); not to be changed. */
    double[] contexts() {
        return contexts;
    }

    /**
     * Little-endian: family (int), format version (short), dimension (short); landmark, verdicts, half-life (0 = none), latest
     * time and time of the model's last change (longs); then as doubles Σw, Σw·x and Σw·r.
     */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(sizeInBytes(dimension)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(FAMILY).putShort((short) FORMAT_VERSION).putShort((short) dimension);
        bytes.putLong(landmark).putLong(judged).putLong(decay.halfLifeMillis());
        bytes.putLong(latest).putLong(since);
        bytes.asDoubleBuffer().put(contexts).put(verdictSum);
        return bytes.array();
    }

    public static int sizeInBytes(int dimension) {
        return HEADER_BYTES + (dimension + 2) * Double.BYTES;
    }

    /** @throws InvalidStatisticsException if the bytes are not sums of this format, or no observations could have given them */
    public static LayerSums fromBytes(byte[] array) {
        require(
                array.length >= HEADER_BYTES,
                "layer sums need at least " + HEADER_BYTES + " bytes, but have " + array.length);
        ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        int family = bytes.getInt();
        require(family == FAMILY, String.format("layer family must be %08x, but is %08x", FAMILY, family));
        int format = Short.toUnsignedInt(bytes.getShort());
        require(format == FORMAT_VERSION, "layer format must be " + FORMAT_VERSION + ", but is " + format);
        int dimension = Short.toUnsignedInt(bytes.getShort());
        require(
                dimension >= 1 && dimension <= Features.MAX_DIMENSION,
                "layer dimension must be from 1 to " + Features.MAX_DIMENSION + ", but is " + dimension);
        require(
                array.length == sizeInBytes(dimension),
                "layer sums of dimension " + dimension + " must be " + sizeInBytes(dimension) + " bytes, but are "
                        + array.length);
        long landmark = bytes.getLong();
        long judged = bytes.getLong();
        LayerSums sums = new LayerSums(dimension, decay(bytes.getLong()));
        sums.landmark = landmark;
        sums.judged = judged;
        sums.latest = bytes.getLong();
        sums.since = bytes.getLong();
        DoubleBuffer doubles = bytes.asDoubleBuffer();
        doubles.get(sums.contexts);
        sums.verdictSum = doubles.get();
        sums.check();
        return sums;
    }

    private static Decay decay(long halfLife) {
        try {
            return new Decay(halfLife);
        } catch (IllegalArgumentException e) {
            throw new InvalidStatisticsException("layer " + e.getMessage());
        }
    }

    private void check() {
        require(decay.isLandmark(landmark), "layer landmark must be a start of a period, but is " + landmark);
        require(
                latest >= landmark && decay.landmark(latest) == landmark,
                "layer latest time must be in the period of its landmark " + landmark + ", but is " + latest);
        require(judged >= 0, "layer verdicts must not be negative, but are " + judged);
        require(since >= 0, "layer time of change must not be negative, but is " + since);
        for (double value : contexts) {
            requireSum(value);
        }
        requireSum(verdictSum);
        require(contexts[0] >= 0, "layer weight must not be negative, but is " + contexts[0]);
    }

    private static void requireSum(double value) {
        require(
                Math.abs(value) <= LARGEST,
                "layer sums must be numbers from -" + LARGEST + " to " + LARGEST + ", but one is " + value);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new InvalidStatisticsException(message);
        }
    }
}
