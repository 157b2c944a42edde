package io.penstock.topology.learn;

import io.penstock.event.PolicySnapshot;
import io.penstock.topology.policy.Generations;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Puts all snapshots of a scope into one partition, so that one offset says what a router has seen of the scope. */
final class ScopePartitioner implements StreamPartitioner<String, PolicySnapshot> {
    @Override
    public Optional<Set<Integer>> partitions(String topic, String key, PolicySnapshot snapshot, int partitions) {
        return Optional.of(Set.of(Generations.partition(snapshot.getScope(), partitions)));
    }
}
