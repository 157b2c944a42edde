package io.penstock.topology.policy;

import io.penstock.learner.ModelStatistics;

/**
 * One validated snapshot: the sums of one key as one shard has learned them.
 *
 * @param shard partition of outcomes
 * @param version offset of outcomes up to which (exclusive) it is folded in
 * @param statistics must not be changed any more
 * @param checksum CRC-32C of the statistics' bytes
 */
public record ShardStatistics(LearnedKey key, int shard, long version, ModelStatistics statistics, long checksum) {}
