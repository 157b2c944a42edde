package io.penstock.topology.learn;

import io.penstock.event.PolicySnapshot;
import io.penstock.topology.policy.WarmStart;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Puts all snapshots of a scope, whatever model, shard or extractor, and its residuals, into one partition, so that one offset says what a
 * router has seen of the scope: murmur2 of the scope's UTF-8 bytes, as Kafka's own partitioner would place that key.
 */
final class ScopePartitioner implements StreamPartitioner<String, PolicySnapshot> {
    @Override
    public Optional<Set<Integer>> partitions(String topic, String key, PolicySnapshot snapshot, int partitions) {
        byte[] scope = WarmStart.base(snapshot.getScope()).getBytes(StandardCharsets.UTF_8);
        return Optional.of(Set.of(Utils.toPositive(Utils.murmur2(scope)) % partitions));
    }
}
