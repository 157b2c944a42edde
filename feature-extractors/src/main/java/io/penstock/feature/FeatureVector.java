package io.penstock.feature;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The context vector of one prompt: 1 to 1024 finite float32 components, each about zero mean on real prompts and, unless
 * fitted, unit variance. Immutable, so shareable between threads.
 *
 * <p>A <em>degraded</em> vector is all zeros and says that the extractor failed or came too late: to a linear policy
 * it is the average prompt. The flag is not part of {@link #toBytes()}; whoever stores the bytes stores it beside them.
 */
public final class FeatureVector {
    static final int MAX_DIMENSION = 1024;

    private final float[] values;
    private final boolean degraded;

    private FeatureVector(float[] values, boolean degraded) {
        if (values.length < 1 || values.length > MAX_DIMENSION) {
            throw new IllegalArgumentException(
                    "dimension is " + values.length + ", must be between 1 and " + MAX_DIMENSION);
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("component " + i + " is " + values[i] + ", must be finite");
            }
        }
        this.values = values;
        this.degraded = degraded;
    }

    /**
     * Copies the components.
     *
     * @throws IllegalArgumentException if there is none, more than 1024, or one is not finite
     */
    public static FeatureVector of(float... values) {
        return new FeatureVector(values.clone(), false);
    }

    /** All zeros, flagged. */
    public static FeatureVector degraded(int dimension) {
        return new FeatureVector(new float[Math.max(0, dimension)], true);
    }

    /** Reads {@link #toBytes()}; the result is not flagged as degraded. */
    public static FeatureVector fromBytes(byte[] bytes) {
        return fromBytes(bytes, false);
    }

    /**
     * Reads {@link #toBytes()}.
     *
     * @throws IllegalArgumentException if the length is no multiple of 4 or a component is not finite
     */
    public static FeatureVector fromBytes(byte[] bytes, boolean degraded) {
        if (bytes.length % Float.BYTES != 0) {
            throw new IllegalArgumentException(
                    "vector has " + bytes.length + " bytes, must be a multiple of " + Float.BYTES);
        }
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return new FeatureVector(values, degraded);
    }

    public int dimension() {
        return values.length;
    }

    public float get(int index) {
        return values[index];
    }

    public boolean degraded() {
        return degraded;
    }

    /** A copy of the components. */
    public float[] toFloats() {
        return values.clone();
    }

    /** A copy of the components, widened without loss. */
    public double[] toDoubles() {
        double[] copy = new double[values.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = values[i];
        }
        return copy;
    }

    /** Little-endian float32, 4 bytes a component. */
    public byte[] toBytes() {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeatureVector that && degraded == that.degraded && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(values) + Boolean.hashCode(degraded);
    }

    @Override
    public String toString() {
        return "FeatureVector[dimension=" + values.length + ", degraded=" + degraded + "]";
    }
}
