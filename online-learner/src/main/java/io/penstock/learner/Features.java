package io.penstock.learner;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The context vector of one request, without the bias: 1 to {@value #MAX_DIMENSION} floats of magnitude at most
 * {@value #MAX_MAGNITUDE}. Immutable. The wire form is little-endian float32, 4 bytes a number, no header.
 */
public final class Features {

    public static final int MAX_DIMENSION = 512;

    /** Large enough for any scaled feature, small enough that sums stay exact, see {@link ModelStatistics}. */
    public static final float MAX_MAGNITUDE = 256;

    private final float[] values;

    private Features(float[] values) {
        Checks.dimension(values.length);
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i]) <= MAX_MAGNITUDE)) {
                throw new IllegalArgumentException("feature " + i + " must be a number from -" + MAX_MAGNITUDE + " to "
                        + MAX_MAGNITUDE + ", but is " + values[i]);
            }
        }
        this.values = values;
    }

    public static Features of(float... values) {
        return new Features(values.clone());
    }

    /** Reads the little-endian form. */
    public static Features fromBytes(byte[] bytes) {
        return fromBytes(ByteBuffer.wrap(bytes));
    }

    /** Reads the little-endian form from a buffer's remaining bytes; the buffer's position stays where it is. */
    public static Features fromBytes(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (length == 0 || length % Float.BYTES != 0) {
            throw new IllegalArgumentException(
                    "feature bytes must be a positive multiple of 4 long, but are " + length + " long");
        }
        float[] values = new float[length / Float.BYTES];
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return new Features(values);
    }

    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    public int dimension() {
        return values.length;
    }

    public float get(int index) {
        return values[index];
    }

    /** The vector the models see: x0 = 1, then the features. */
    double[] withBias() {
        double[] x = new double[values.length + 1];
        x[0] = 1;
        for (int i = 0; i < values.length; i++) {
            x[i + 1] = values[i];
        }
        return x;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Features that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Features" + Arrays.toString(values);
    }
}
