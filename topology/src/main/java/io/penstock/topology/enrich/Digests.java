package io.penstock.topology.enrich;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** SHA-256, shortened. */
final class Digests {
    private Digests() {}

    /** The first {@code length} bytes of the digest of everything from {@code offset} on. */
    static byte[] sha256(byte[] bytes, int offset, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, offset, bytes.length - offset);
            return Arrays.copyOf(digest.digest(), length);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
