package io.penstock.feature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/**
 * What produced a vector. Two extractors with equal hashes give the same numbers for the same prompt (int8 inference:
 * up to the batch it ran in), so statistics learned under one hash never mix with those of another.
 *
 * @param name the tier, e.g. {@code hashed-ngrams}
 * @param version of the algorithm; goes up whenever its numbers change
 * @param dimension of its vectors
 * @param hash 16 lower-case hex characters over name, version, dimension and every setting that changes the numbers
 */
public record ExtractorId(String name, int version, int dimension, String hash) {
    private static final int HASH_BYTES = 8;

    public ExtractorId {
        if (!hash.matches("[0-9a-f]{16}")) {
            throw new IllegalArgumentException(
                    "hash has " + hash.length() + " characters, must be 16 lower-case hex characters");
        }
        if (dimension < 1 || dimension > FeatureVector.MAX_DIMENSION) {
            throw new IllegalArgumentException(
                    "dimension is " + dimension + ", must be between 1 and " + FeatureVector.MAX_DIMENSION);
        }
    }

    /**
     * Derives the hash: the first 8 bytes of SHA-256 over the fields and the settings in key order.
     *
     * @param settings everything else that changes the numbers
     */
    public static ExtractorId of(String name, int version, int dimension, SortedMap<String, String> settings) {
        StringBuilder text = new StringBuilder(name)
                .append('\n')
                .append(version)
                .append('\n')
                .append(dimension)
                .append('\n');
        settings.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        byte[] digest = sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8));
        return new ExtractorId(name, version, dimension, HexFormat.of().formatHex(digest, 0, HASH_BYTES));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
