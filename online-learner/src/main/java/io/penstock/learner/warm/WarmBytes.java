package io.penstock.learner.warm;

import java.nio.ByteBuffer;

/** Numbers to and from bytes; what is read is checked, with exact messages. */
final class WarmBytes {

    private WarmBytes() {}

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new InvalidWarmModelException(message);
        }
    }

    /** Called before anything of that size is allocated, so that a wrong count cannot exhaust memory. */
    static void requireRemaining(ByteBuffer bytes, String part, long needed) {
        require(
                bytes.remaining() >= needed,
                part + " of a warm model must be " + needed + " bytes, but only " + bytes.remaining() + " are left");
    }

    static void putDoubles(ByteBuffer bytes, double[] values) {
        for (double value : values) {
            bytes.putDouble(value);
        }
    }

    static void putFloats(ByteBuffer bytes, float[] values) {
        for (float value : values) {
            bytes.putFloat(value);
        }
    }

    static double[] getDoubles(ByteBuffer bytes, String field, int count, double low, double high) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = bytes.getDouble();
            requireWithin(field, i, values[i], low, high);
        }
        return values;
    }

    static float[] getFloats(ByteBuffer bytes, String field, int count, double low, double high) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = bytes.getFloat();
            requireWithin(field, i, values[i], low, high);
        }
        return values;
    }

    private static void requireWithin(String field, int index, double value, double low, double high) {
        if (!Checks.isWithin(value, low, high)) {
            throw new InvalidWarmModelException(
                    "warm model " + Checks.mustBeWithin(field + " " + index, value, low, high));
        }
    }
}
