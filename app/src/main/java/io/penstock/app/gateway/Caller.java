package io.penstock.app.gateway;

import java.time.Duration;

/**
 * Who asks.
 *
 * @param name of the key, never the key
 * @param tenant whose topics are used
 * @param limit of calls a minute
 */
record Caller(String name, String tenant, RateLimit limit) {

    /** @throws ApiException 429 when the caller has asked too often */
    void admit() {
        Duration wait = limit.take();
        if (!wait.isZero()) {
            throw ApiException.tooMany(
                    "rate_limit_exceeded",
                    "key '" + name + "' may make " + limit.perMinute() + " calls a minute; try again in "
                            + Math.max(1, (wait.toMillis() + 999) / 1000) + " s",
                    wait);
        }
    }
}
