package io.penstock.topology.progress;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;

/** Reads the ends of partitions, open transactions included. Blocks; called by one background thread. */
@FunctionalInterface
interface EndOffsets {
    Map<TopicPartition, Long> read(Set<TopicPartition> partitions)
            throws ExecutionException, TimeoutException, InterruptedException;
}
