package io.penstock.app.gateway;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A bucket of tokens that fills evenly and holds at most those of one minute. Thread-safe. */
final class RateLimit {
    private static final double NANOS_PER_MINUTE = 60e9;

    private final int perMinute;
    private final LongSupplier nanoTime;
    private double tokens;
    private long filledAt;

    /** @param perMinute 0 = no limit */
    RateLimit(int perMinute, LongSupplier nanoTime) {
        this.perMinute = perMinute;
        this.nanoTime = nanoTime;
        this.tokens = perMinute;
        this.filledAt = nanoTime.getAsLong();
    }

    /** Takes a token, which gives zero, or says how long until there is one. */
    synchronized Duration take() {
        if (perMinute == 0) {
            return Duration.ZERO;
        }
        long now = nanoTime.getAsLong();
        tokens = Math.min(perMinute, tokens + (now - filledAt) / NANOS_PER_MINUTE * perMinute);
        filledAt = now;
        if (tokens >= 1) {
            tokens--;
            return Duration.ZERO;
        }
        return Duration.ofNanos((long) Math.ceil((1 - tokens) / perMinute * NANOS_PER_MINUTE));
    }

    int perMinute() {
        return perMinute;
    }
}
