package io.penstock.topology.learn;

import io.penstock.learner.Decay;
import io.penstock.topology.policy.WarmStart;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * @param publishInterval shortest time between two publications of one shard: 0 to 1 minute. 0 publishes at every commit,
 *     for replays whose routers must see each outcome soon
 * @param hotKeys how many (scope, model, extractor) keep their sums in memory, per task; the others are read from the store
 *     when an outcome needs them. 36 KB each at 64 features
 * @param decay how what is learned is forgotten. Sums keep the one they began with
 * @param warm the warm model of which it is learned what it misses; null = of none
 * @param historyInterval how often what has changed is copied to the history of policies, at multiples of it on the clock;
 *     0 = never
 */
public record LearnSettings(
        Duration publishInterval,
        int hotKeys,
        Decay decay,
        @Nullable WarmStart warm,
        Duration historyInterval) {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    public LearnSettings {
        if (publishInterval.isNegative() || publishInterval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "publishInterval must be from 0 to " + LONGEST + ", but is " + publishInterval);
        }
        if (historyInterval.isNegative()) {
            throw new IllegalArgumentException("historyInterval must be 0 or more, but is " + historyInterval);
        }
        if (hotKeys < 1) {
            throw new IllegalArgumentException("hotKeys must be at least 1, but is " + hotKeys);
        }
    }

    /** Without forgetting, without a warm model, without history. */
    public LearnSettings(Duration publishInterval, int hotKeys) {
        this(publishInterval, hotKeys, Decay.NONE, null);
    }

    /** Without history. */
    public LearnSettings(Duration publishInterval, int hotKeys, Decay decay, @Nullable WarmStart warm) {
        this(publishInterval, hotKeys, decay, warm, Duration.ZERO);
    }

    boolean keepsHistory() {
        return !historyInterval.isZero();
    }

    /** Four publications a second; 2,000 keys, about 70 MB at 64 features. */
    public static LearnSettings defaults() {
        return new LearnSettings(Duration.ofMillis(250), 2_000);
    }
}
