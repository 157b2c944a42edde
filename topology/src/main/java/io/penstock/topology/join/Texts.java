package io.penstock.topology.join;

import org.jspecify.annotations.Nullable;

/** Bounds texts that others wrote before they are kept or repeated. */
final class Texts {
    private static final int MAX_CHARS = 500;

    private Texts() {}

    /** At most 500 characters of it; empty if null. */
    static String brief(@Nullable String text) {
        if (text == null || text.length() <= MAX_CHARS) {
            return text == null ? "" : text;
        }
        return text.substring(0, MAX_CHARS) + "...";
    }

    /** Bytes of the text in UTF-8, without encoding it. */
    static long utf8Bytes(@Nullable String text) {
        long bytes = 0;
        for (int i = 0; text != null && i < text.length(); i++) {
            char c = text.charAt(i);
            // A surrogate is half of a character of four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
