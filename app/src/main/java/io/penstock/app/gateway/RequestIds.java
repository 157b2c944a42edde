package io.penstock.app.gateway;

import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Request ids that tell when they were made (UUID version 7), so that a look-up need not read topics from their start. */
final class RequestIds {
    /** What the id of a chat completion has before the request id. */
    static final String CHAT_PREFIX = "chatcmpl-";

    private static final int VERSION = 7;
    private static final int TIME_SHIFT = 16;
    private static final long VERSION_BITS = (long) VERSION << 12;
    private static final long RANDOM_12 = 0xFFFL;
    private static final long RANDOM_62 = 0x3FFFFFFFFFFFFFFFL;
    private static final long VARIANT = 0x8000000000000000L;

    private final InstantSource clock;
    private final RandomGenerator random;

    RequestIds(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    String next() {
        long high = (clock.millis() << TIME_SHIFT) | VERSION_BITS | (random.nextLong() & RANDOM_12);
        long low = VARIANT | (random.nextLong() & RANDOM_62);
        return new UUID(high, low).toString();
    }

    /** The request id in what a client says: itself, or the id of a chat completion. */
    static String requestId(String given) {
        return given.startsWith(CHAT_PREFIX) ? given.substring(CHAT_PREFIX.length()) : given;
    }

    /** When an id of ours was made; null for ids that do not tell. */
    static @Nullable Instant timeOf(String requestId) {
        if (requestId.length() != 36) {
            return null;
        }
        try {
            UUID uuid = UUID.fromString(requestId);
            return uuid.version() == VERSION
                    ? Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> TIME_SHIFT)
                    : null;
        } catch (IllegalArgumentException e) {
            // Any text may be a request id.
            return null;
        }
    }
}
