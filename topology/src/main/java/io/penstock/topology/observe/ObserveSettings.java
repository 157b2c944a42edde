package io.penstock.topology.observe;

import java.time.Duration;

/**
 * @param enabled false leaves the whole stage out, for deterministic replays: what is in flight depends on the wall clock
 * @param publishInterval shortest time between two records of one key: 10 ms to 1 minute
 * @param halfLife completions after which an observed latency or failure weighs half; at least 1
 * @param clockSkew how much longer than promised an attempt is believed to be in flight
 * @param longestAttempt no attempt is believed to be in flight longer, whatever its decision says
 * @param remember how long a finished attempt is kept, so that a second completion of it counts nothing
 */
public record ObserveSettings(
        boolean enabled,
        Duration publishInterval,
        double halfLife,
        Duration clockSkew,
        Duration longestAttempt,
        Duration remember) {
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);
    private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

    public ObserveSettings {
        if (publishInterval.compareTo(SHORTEST_INTERVAL) < 0 || publishInterval.compareTo(LONGEST_INTERVAL) > 0) {
            throw new IllegalArgumentException("publishInterval must be from " + SHORTEST_INTERVAL + " to "
                    + LONGEST_INTERVAL + ", but is " + publishInterval);
        }
        if (!(halfLife >= 1 && halfLife <= 1e9)) {
            throw new IllegalArgumentException("halfLife must be from 1 to 1e9, but is " + halfLife);
        }
        requireNotNegative("clockSkew", clockSkew);
        requireNotNegative("longestAttempt", longestAttempt);
        requireNotNegative("remember", remember);
    }

    private static void requireNotNegative(String field, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(field + " must not be negative, but is " + value);
        }
    }

    public static ObserveSettings defaults() {
        return new ObserveSettings(
                true, Duration.ofMillis(250), 50, Duration.ofSeconds(5), Duration.ofHours(25), Duration.ofHours(1));
    }

    /** No stage at all. */
    public static ObserveSettings off() {
        ObserveSettings on = defaults();
        return new ObserveSettings(
                false, on.publishInterval(), on.halfLife(), on.clockSkew(), on.longestAttempt(), on.remember());
    }
}
