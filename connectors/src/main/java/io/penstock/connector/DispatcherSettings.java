package io.penstock.connector;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How a dispatcher runs. Start from {@link #of}.
 *
 * @param bootstrapServers Kafka's, host:port with commas
 * @param groupId consumer group; dispatchers of one group share the models' partitions
 * @param dispatcherId names this process in completions
 * @param maxInFlightPerModel calls a model may have at once in this process, &gt;= 1; a card can only lower it
 * @param drainTimeout how long {@code close} waits for calls in flight
 * @param revokeTimeout how long a rebalance waits for calls in flight of the partitions that go, so that the next owner does
 *     not make them again
 * @param commitInterval how often offsets are committed
 * @param eventTime true for a deterministic replay: lateness, timestamps and finished_at come from the dispatch record's
 *     timestamp (plus the answer's latency), not from the clock
 * @param kafkaConfig for every Kafka client, over our own settings: security, timeouts
 */
public record DispatcherSettings(
        String bootstrapServers,
        String groupId,
        String dispatcherId,
        int maxInFlightPerModel,
        Duration drainTimeout,
        Duration revokeTimeout,
        Duration commitInterval,
        boolean eventTime,
        Map<String, Object> kafkaConfig) {
    public static final String DEFAULT_GROUP_ID = "penstock-dispatcher";

    public DispatcherSettings {
        if (bootstrapServers.isBlank() || groupId.isBlank() || dispatcherId.isBlank()) {
            throw new IllegalArgumentException("bootstrapServers '" + bootstrapServers + "', groupId '" + groupId
                    + "' and dispatcherId '" + dispatcherId + "' must not be blank");
        }
        if (maxInFlightPerModel < 1) {
            throw new IllegalArgumentException("maxInFlightPerModel " + maxInFlightPerModel + " must be >= 1");
        }
        if (drainTimeout.isNegative() || revokeTimeout.isNegative() || commitInterval.isNegative()) {
            throw new IllegalArgumentException("drainTimeout " + drainTimeout + ", revokeTimeout " + revokeTimeout
                    + " and commitInterval " + commitInterval + " must not be negative");
        }
        kafkaConfig = Map.copyOf(kafkaConfig);
    }

    /** The defaults: 256 calls a model, 30 s to drain, 2 s to revoke, a commit every 100 ms. */
    public static DispatcherSettings of(String bootstrapServers, String dispatcherId) {
        return new DispatcherSettings(
                bootstrapServers,
                DEFAULT_GROUP_ID,
                dispatcherId,
                256,
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofMillis(100),
                false,
                Map.of());
    }

    public DispatcherSettings withGroupId(String id) {
        return new DispatcherSettings(
                bootstrapServers,
                id,
                dispatcherId,
                maxInFlightPerModel,
                drainTimeout,
                revokeTimeout,
                commitInterval,
                eventTime,
                kafkaConfig);
    }

    public DispatcherSettings withMaxInFlightPerModel(int calls) {
        return new DispatcherSettings(
                bootstrapServers,
                groupId,
                dispatcherId,
                calls,
                drainTimeout,
                revokeTimeout,
                commitInterval,
                eventTime,
                kafkaConfig);
    }

    public DispatcherSettings withDrainTimeout(Duration timeout) {
        return new DispatcherSettings(
                bootstrapServers,
                groupId,
                dispatcherId,
                maxInFlightPerModel,
                timeout,
                revokeTimeout,
                commitInterval,
                eventTime,
                kafkaConfig);
    }

    public DispatcherSettings withRevokeTimeout(Duration timeout) {
        return new DispatcherSettings(
                bootstrapServers,
                groupId,
                dispatcherId,
                maxInFlightPerModel,
                drainTimeout,
                timeout,
                commitInterval,
                eventTime,
                kafkaConfig);
    }

    public DispatcherSettings withEventTime(boolean on) {
        return new DispatcherSettings(
                bootstrapServers,
                groupId,
                dispatcherId,
                maxInFlightPerModel,
                drainTimeout,
                revokeTimeout,
                commitInterval,
                on,
                kafkaConfig);
    }

    /** Adds settings for every Kafka client. */
    public DispatcherSettings withKafkaConfig(Map<String, ?> more) {
        Map<String, Object> all = new HashMap<>(kafkaConfig);
        all.putAll(more);
        return new DispatcherSettings(
                bootstrapServers,
                groupId,
                dispatcherId,
                maxInFlightPerModel,
                drainTimeout,
                revokeTimeout,
                commitInterval,
                eventTime,
                all);
    }
}
