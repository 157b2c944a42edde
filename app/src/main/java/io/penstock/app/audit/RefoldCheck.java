package io.penstock.app.audit;

import io.penstock.app.policy.Checkpoints;
import io.penstock.event.Outcome;
import io.penstock.event.PolicySnapshot;
import io.penstock.learner.Decay;
import io.penstock.learner.InvalidStatisticsException;
import io.penstock.learner.ModelStatistics;
import io.penstock.schema.Keys;
import io.penstock.topology.learn.Refold;
import io.penstock.topology.policy.Generations;
import io.penstock.topology.policy.WarmStart;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * I3, second half: the latest policy of each key equals the sums of the outcomes of its shard up to the version it states,
 * computed anew. Takes every policy first, then every outcome in the order of its partition.
 */
final class RefoldCheck {
    static final double TOLERANCE = 1e-9;

    private final Findings findings;
    private final boolean expectIdle;
    private final @Nullable WarmStart warm;
    private final Map<String, PolicySnapshot> latest = new TreeMap<>();
    private final Map<Integer, Shard> shards = new HashMap<>();

    private static final class Shard {
        private final Refold refold;
        private final Deque<PolicySnapshot> waiting;
        private long end;

        Shard(Refold refold, List<PolicySnapshot> policies) {
            this.refold = refold;
            this.waiting = new ArrayDeque<>(policies);
        }
    }

    /**
     * @param expectIdle whether every outcome must be in a policy by now
     * @param warm the warm model in use; residuals of another one stay open, as only its file could tell what they must be
     */
    RefoldCheck(Findings findings, boolean expectIdle, @Nullable WarmStart warm) {
        this.findings = findings;
        this.expectIdle = expectIdle;
        this.warm = warm;
    }

    void policy(PolicySnapshot policy) {
        if (WarmStart.isResidual(policy.getScope()) && (warm == null || !warm.isScope(policy.getScope()))) {
            findings.open(Invariant.I3);
            return;
        }
        if (Generations.isFrozen(policy.getScope()) && source(policy) == null) {
            // A sum of what was frozen before and learned since: what it must be would need the versions of its parts.
            findings.open(Invariant.I3);
            return;
        }
        latest.put(key(policy), policy);
    }

    /** @param outcome the content of the record */
    void outcome(ConsumerRecord<?, ?> record, Outcome outcome) {
        outcome(record.partition(), record.offset(), record.timestamp(), outcome);
    }

    void outcome(int partition, long offset, long recordedAt, Outcome outcome) {
        Shard shard = shard(partition);
        compareThose(shard, offset);
        shard.refold.add(partition, outcome, recordedAt);
        shard.end = offset + 1;
    }

    private Shard shard(int partition) {
        return shards.computeIfAbsent(
                partition,
                p -> new Shard(
                        new Refold(this::decay, warm),
                        latest.values().stream()
                                .filter(policy -> policy.getShard() == p)
                                .sorted(Comparator.comparingLong(PolicySnapshot::getVersion))
                                .toList()));
    }

    /** Sums say how they forget. What cannot be read is found when it is compared. */
    private Decay decay(String key) {
        PolicySnapshot policy = latest.get(key);
        if (policy == null) {
            return Decay.NONE;
        }
        byte[] bytes = new byte[policy.getStatistics().remaining()];
        policy.getStatistics().duplicate().get(bytes);
        try {
            return ModelStatistics.fromBytes(bytes).decay();
        } catch (InvalidStatisticsException e) {
            return Decay.NONE;
        }
    }

    /** Compares the policies that end before this offset. */
    private void compareThose(Shard shard, long offset) {
        while (!shard.waiting.isEmpty() && shard.waiting.element().getVersion() <= offset) {
            compare(shard.waiting.remove(), shard.refold.sums());
        }
    }

    private void compare(PolicySnapshot policy, Map<String, ModelStatistics> sums) {
        findings.checked(Invariant.I3);
        String source = source(policy);
        String problem = difference(policy, sums.get(source == null ? key(policy) : source));
        if (problem != null) {
            findings.violation(
                    Invariant.I3, key(policy), problem + ", at version " + policy.getVersion() + " of its shard");
        }
    }

    void finish() {
        latest.values().forEach(policy -> shard(policy.getShard()));
        shards.forEach((partition, shard) -> {
            compareThose(shard, shard.end);
            for (PolicySnapshot ahead : shard.waiting) {
                findings.violation(
                        Invariant.I3,
                        key(ahead),
                        "states version " + ahead.getVersion() + ", but outcomes-" + partition + " ends at "
                                + shard.end);
            }
            shard.refold.sums().forEach(this::finish);
        });
    }

    private void finish(String key, ModelStatistics all) {
        PolicySnapshot policy = latest.get(key);
        String problem = policy == null ? "has outcomes but no policy" : difference(policy, all);
        if (problem != null && expectIdle) {
            findings.violation(Invariant.I3, key, problem + ", after all outcomes");
        } else if (problem != null) {
            findings.open(Invariant.I3);
        }
    }

    /** The key of which a frozen snapshot says that it is a copy, so that its refold is that key's; null for all others. */
    private static @Nullable String source(PolicySnapshot policy) {
        String provenance = policy.getProvenance();
        if (provenance == null
                || !provenance.startsWith(Checkpoints.COPY_OF)
                || !Generations.isFrozen(policy.getScope())) {
            return null;
        }
        String scope = provenance.substring(Checkpoints.COPY_OF.length());
        return Generations.isFrozen(scope)
                ? null
                : Keys.policyKey(scope, policy.getModel(), policy.getShard(), policy.getExtractor());
    }

    private static String key(PolicySnapshot policy) {
        return Keys.policyKey(policy.getScope(), policy.getModel(), policy.getShard(), policy.getExtractor());
    }

    /** What differs beyond rounding; null if nothing does. */
    static @Nullable String difference(PolicySnapshot policy, @Nullable ModelStatistics refolded) {
        if (refolded == null) {
            return "has a policy but no outcome before it";
        }
        ByteBuffer published = policy.getStatistics().duplicate();
        ByteBuffer again = ByteBuffer.wrap(refolded.toBytes());
        if (published.remaining() != again.remaining()) {
            return "has " + published.remaining() + " bytes of statistics, but " + again.remaining() + " refolded";
        }
        if (published.equals(again)) {
            return null;
        }
        return numbers(published, again);
    }

    private static DoubleBuffer doubles(ByteBuffer statistics, int header) {
        int from = statistics.position() + header;
        return statistics
                .slice(from, statistics.limit() - from)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer();
    }

    /** The header must be equal; all that follows are doubles (see {@link ModelStatistics#toBytes}). */
    private static @Nullable String numbers(ByteBuffer published, ByteBuffer again) {
        List<String> wrong = new ArrayList<>();
        int header = again.order(ByteOrder.LITTLE_ENDIAN).getShort(Integer.BYTES) == 1 ? 32 : 48;
        if (!published.slice(published.position(), header).equals(again.slice(0, header))) {
            wrong.add("the header with its counts");
        }
        DoubleBuffer left = doubles(published, header);
        DoubleBuffer right = doubles(again, header);
        for (int i = 0; i < right.limit(); i++) {
            double larger = Math.max(Math.abs(left.get(i)), Math.abs(right.get(i)));
            if (!(Math.abs(left.get(i) - right.get(i)) <= TOLERANCE * Math.max(1, larger))) {
                wrong.add("number " + i + " (" + left.get(i) + " instead of " + right.get(i) + ")");
            }
        }
        return wrong.isEmpty() ? null : "differs from its refold in " + wrong.size() + " places, first " + wrong.get(0);
    }
}
