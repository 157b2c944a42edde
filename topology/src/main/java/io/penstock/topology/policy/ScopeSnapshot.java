package io.penstock.topology.policy;

import io.penstock.learner.ModelStatistics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Everything learned in one scope with one extractor, as of one offset of the policies topic: model → shard → sums, both
 * sorted, so that sums and checksum are taken in one order. Immutable.
 */
final class ScopeSnapshot {
    static final ScopeSnapshot EMPTY = new ScopeSnapshot(new TreeMap<>(), -1, -1);

    private final SortedMap<String, SortedMap<Integer, ShardStatistics>> models;
    private final int partition;
    private final long offset;

    private ScopeSnapshot(SortedMap<String, SortedMap<Integer, ShardStatistics>> models, int partition, long offset) {
        this.models = models;
        this.partition = partition;
        this.offset = offset;
    }

    /** A new snapshot in which the shard's sums are replaced. */
    ScopeSnapshot with(ShardStatistics statistics, int atPartition, long atOffset) {
        SortedMap<String, SortedMap<Integer, ShardStatistics>> changed = new TreeMap<>(models);
        SortedMap<Integer, ShardStatistics> before = models.get(statistics.key().model());
        SortedMap<Integer, ShardStatistics> shards = before == null ? new TreeMap<>() : new TreeMap<>(before);
        shards.put(statistics.shard(), statistics);
        changed.put(statistics.key().model(), shards);
        return new ScopeSnapshot(changed, atPartition, atOffset);
    }

    @Nullable
    ShardStatistics shard(String model, int shard) {
        SortedMap<Integer, ShardStatistics> shards = models.get(model);
        return shards == null ? null : shards.get(shard);
    }

    /** The dimension of all statistics here, 0 when there are none. */
    int dimension() {
        if (models.isEmpty()) {
            return 0;
        }
        SortedMap<Integer, ShardStatistics> shards = models.get(models.firstKey());
        return shards == null
                ? 0
                : shards.values().iterator().next().statistics().dimension();
    }

    /** The latest time that any shard has seen. */
    long latest() {
        return models.values().stream()
                .flatMap(shards -> shards.values().stream())
                .mapToLong(shard -> shard.statistics().latest())
                .max()
                .orElse(0);
    }

    /** The single-machine result: by model, the sum over all shards, as of a time that none of them is past. */
    Map<String, ModelStatistics> sums(long latest) {
        Map<String, ModelStatistics> sums = new HashMap<>();
        models.forEach((model, shards) -> {
            ModelStatistics sum = null;
            for (ShardStatistics shard : shards.values()) {
                ModelStatistics now = shard.statistics().asOf(latest);
                sum = sum == null ? now : sum.plus(now);
            }
            if (sum != null) {
                sums.put(model, sum);
            }
        });
        return sums;
    }

    /** Where the last record applied was; -1 = none yet. */
    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    /**
     * CRC-32C over each shard's key and checksum, which covers that shard's bytes. Versions are not in it: they are offsets,
     * and the same sums must give the same checksum in every replay.
     */
    long checksum() {
        CRC32C crc = new CRC32C();
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        models.values()
                .forEach(shards -> shards.forEach((shard, statistics) -> {
                    crc.update(statistics.key().policyKey(shard).getBytes(StandardCharsets.UTF_8));
                    number.clear().putLong(statistics.checksum());
                    crc.update(number.flip());
                }));
        return crc.getValue();
    }
}
