package io.penstock.feature;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The bytes of a {@link TfIdfSvd}, version {@value #VERSION}, little-endian: magic "PTSV", version, dimension and number
 * of terms (int32 each), the first 8 bytes of SHA-256 over dimension, number and all that follows; then the terms
 * (int64), and float32: their IDFs, the projection (term after term), the mean, the scales.
 */
final class TfIdfFormat {
    static final int VERSION = 1;
    static final int MAX_TERMS = 32_768;
    static final int MAX_BYTES = 64 << 20;

    private static final byte[] MAGIC = {'P', 'T', 'S', 'V'};
    private static final int DIMENSION_AT = 8;
    private static final int HASH_AT = 16;
    private static final int HEADER = 24;
    private static final HexFormat HEX = HexFormat.of();

    private TfIdfFormat() {}

    static byte[] write(TfIdfTables tables) {
        int length = (int) length(tables.dimension(), tables.terms.length);
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(MAGIC).putInt(VERSION).putInt(tables.dimension()).putInt(tables.terms.length);
        buffer.position(HEADER);
        for (long term : tables.terms) {
            buffer.putLong(term);
        }
        for (float[] part : parts(tables)) {
            for (float value : part) {
                buffer.putFloat(value);
            }
        }
        byte[] bytes = buffer.array();
        byte[] hash = hash(bytes);
        System.arraycopy(hash, 0, bytes, HASH_AT, hash.length);
        return bytes;
    }

    static TfIdfTables read(byte[] bytes) {
        require(bytes.length >= HEADER, "length", bytes.length, "at least " + HEADER);
        require(bytes.length <= MAX_BYTES, "length", bytes.length, "at most " + MAX_BYTES);
        String magic = HEX.formatHex(bytes, 0, MAGIC.length);
        require(magic.equals(HEX.formatHex(MAGIC)), "magic", magic, HEX.formatHex(MAGIC));
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(MAGIC.length);
        int version = buffer.getInt();
        require(version == VERSION, "version", version, Integer.toString(VERSION));
        int dimension = buffer.getInt();
        TfIdfSvd.requireDimension(dimension);
        int terms = buffer.getInt();
        require(terms >= 1 && terms <= MAX_TERMS, "terms", terms, "between 1 and " + MAX_TERMS);
        long length = length(dimension, terms);
        require(
                bytes.length == length,
                "length",
                bytes.length,
                length + " for dimension " + dimension + " and " + terms + " terms");
        buffer.position(HEADER);
        TfIdfTables tables = new TfIdfTables(
                terms(buffer, terms),
                floats(buffer, "idf", terms, 1, 64),
                // Components of orthonormal vectors, of means of unit vectors; rounding aside.
                floats(buffer, "projection", terms * dimension, -2, 2),
                floats(buffer, "mean", dimension, -2, 2),
                floats(buffer, "scales", dimension, 0, 1_000_000));
        String stored = contentHash(bytes);
        String found = HEX.formatHex(hash(bytes));
        require(stored.equals(found), "hash", stored, found + " for this content");
        return tables;
    }

    /** The hash in the header, 16 lower-case hex characters. */
    static String contentHash(byte[] bytes) {
        return HEX.formatHex(bytes, HASH_AT, HEADER);
    }

    private static float[][] parts(TfIdfTables tables) {
        return new float[][] {tables.idf, tables.projection, tables.mean, tables.scales};
    }

    private static long length(int dimension, int terms) {
        return HEADER + (long) terms * (Long.BYTES + Float.BYTES * (1L + dimension)) + 2L * dimension * Float.BYTES;
    }

    private static byte[] hash(byte[] bytes) {
        MessageDigest digest = ExtractorId.sha256();
        digest.update(bytes, DIMENSION_AT, HASH_AT - DIMENSION_AT);
        digest.update(bytes, HEADER, bytes.length - HEADER);
        return Arrays.copyOf(digest.digest(), HEADER - HASH_AT);
    }

    private static long[] terms(ByteBuffer buffer, int count) {
        long[] terms = new long[count];
        for (int i = 0; i < count; i++) {
            terms[i] = buffer.getLong();
            if (i > 0 && terms[i] <= terms[i - 1]) {
                throw bad("terms[" + i + "]", terms[i], "above the term before it, " + terms[i - 1]);
            }
        }
        return terms;
    }

    private static float[] floats(ByteBuffer buffer, String field, int count, float low, float high) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = buffer.getFloat();
            // Written so that NaN fails.
            if (!(values[i] >= low && values[i] <= high)) {
                throw bad(field + "[" + i + "]", values[i], "between " + low + " and " + high);
            }
        }
        return values;
    }

    private static void require(boolean right, String field, Object value, String what) {
        if (!right) {
            throw bad(field, value, what);
        }
    }

    private static IllegalArgumentException bad(String field, Object value, String what) {
        return new IllegalArgumentException(field + " is " + value + ", must be " + what);
    }
}
