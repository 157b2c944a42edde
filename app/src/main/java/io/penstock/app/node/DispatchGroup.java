package io.penstock.app.node;

import io.penstock.event.Lane;
import io.penstock.schema.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** What the dispatchers' consumer group reads, and how far. */
final class DispatchGroup {
    private static final long TIMEOUT_SECONDS = 10;

    private final Admin admin;
    private final Topics topics;
    private final String groupId;

    DispatchGroup(Admin admin, Topics topics, String groupId) {
        this.admin = admin;
        this.topics = topics;
        this.groupId = groupId;
    }

    /** Topics of which some dispatcher is assigned a partition. */
    Set<String> assignedTopics() {
        Set<String> assigned = new HashSet<>();
        for (MemberDescription member : describe()) {
            member.assignment().topicPartitions().forEach(partition -> assigned.add(partition.topic()));
        }
        return assigned;
    }

    private Iterable<MemberDescription> describe() {
        try {
            Map<String, ConsumerGroupDescription> groups =
                    admin.describeConsumerGroups(Set.of(groupId)).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return groups.values().iterator().next().members();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Set.of();
            }
            throw failure(e);
        } catch (InterruptedException | TimeoutException e) {
            throw failure(e);
        }
    }

    /** Whether everything that was sent to a model has been taken and finished. */
    boolean isDrained(String slug) {
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(groupId)
                    .partitionsToOffsetAndMetadata()
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            for (TopicPartition partition : committed.keySet()) {
                for (Lane lane : Lane.values()) {
                    if (partition.topic().equals(topics.models(lane, slug))) {
                        ends.put(partition, OffsetSpec.latest());
                    }
                }
            }
            var offsets = admin.listOffsets(ends).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            // A transaction's end marker takes an offset that no consumer commits past.
            return offsets.entrySet().stream()
                    .allMatch(end ->
                            Objects.requireNonNull(committed.get(end.getKey())).offset() + 1
                                    >= end.getValue().offset());
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw failure(e);
        }
    }

    private static IllegalStateException failure(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new IllegalStateException("the dispatchers' group could not be described: " + e, e);
    }
}
