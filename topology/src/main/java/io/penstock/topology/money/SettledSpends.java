package io.penstock.topology.money;

import io.penstock.event.BudgetUse;
import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.OwnerSpend;
import io.penstock.event.SettledSpend;
import io.penstock.learner.money.BudgetPeriod;
import io.penstock.learner.money.Settlement;
import io.penstock.learner.money.Span;
import io.penstock.topology.RecentStore;
import io.penstock.topology.StateReader;
import io.penstock.topology.StateWriter;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Settles what decisions have reserved, once each, whatever the order in which decision and completion come and however
 * often. A completion that does not know its cost settles nothing: the attempt stays in doubt at its worst case. One shard of
 * completions; used by one thread.
 */
public final class SettledSpends {
    private static final byte VERSION = 1;
    private static final long KEEP_MILLIS = 26 * 3_600_000L;

    private final RecentStore attempts;
    private final KeyValueStore<String, byte[]> store;
    private final int shard;
    private final Map<String, Sum> sums = new TreeMap<>();
    private final Set<String> unwritten = new HashSet<>();
    private final Set<String> unpublished = new HashSet<>();

    /** Their order is stored: only append. */
    private enum Stage {
        /** Decided; its completion is to come. */
        RESERVED,
        /** Completed; its decision is to come. */
        PAID,
        SETTLED
    }

    private record Entry(Stage stage, String owner, String period, long reserved, long predicted, long cost) {
        byte[] toBytes() {
            StateWriter out = new StateWriter();
            out.writeByte(VERSION);
            out.writeEnum(Stage.values(), stage);
            out.writeText(owner);
            out.writeText(period);
            out.writeVar(reserved);
            out.writeVar(predicted);
            out.writeVar(cost);
            return out.toBytes();
        }

        static Entry fromBytes(byte[] bytes) {
            return StateReader.read(
                    "A reserved attempt",
                    VERSION,
                    bytes,
                    in -> new Entry(
                            in.readEnum(Stage.values()),
                            in.readText(),
                            in.readText(),
                            in.readVar(),
                            in.readVar(),
                            in.readVar()));
        }
    }

    private record Sum(String owner, String period, Settlement settled) {
        Span span() {
            int slash = period.indexOf('/');
            long start = Instant.parse(period.substring(0, slash)).toEpochMilli();
            return BudgetPeriod.parse(period.substring(slash + 1)).at(start);
        }

        byte[] toBytes() {
            StateWriter out = new StateWriter();
            out.writeByte(VERSION);
            out.writeText(owner);
            out.writeText(period);
            out.writeVar(settled.attempts());
            out.writeVar(settled.reservedNanos());
            out.writeVar(settled.predictedNanos());
            out.writeVar(settled.costNanos());
            return out.toBytes();
        }

        static Sum fromBytes(byte[] bytes) {
            return StateReader.read(
                    "A settled sum",
                    VERSION,
                    bytes,
                    in -> new Sum(
                            in.readText(),
                            in.readText(),
                            new Settlement(in.readVar(), in.readVar(), in.readVar(), in.readVar())));
        }
    }

    /**
     * The sums of one shard.
     *
     * @param attempts by decision id
     * @param store sums by owner and period
     */
    public SettledSpends(RecentStore attempts, KeyValueStore<String, byte[]> store, int shard) {
        this.attempts = attempts;
        this.store = store;
        this.shard = shard;
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                sums.put(entry.key, Sum.fromBytes(entry.value));
                // Nobody knows whether it was published before the restart.
                unpublished.add(entry.key);
            }
        }
    }

    /** @param now broker time of the decision */
    public void decided(Decision decision, long now) {
        BudgetUse use = decision.getBudget();
        if (use == null || use.getPeriod().isEmpty()) {
            return;
        }
        byte[] known = attempts.find(decision.getDecisionId(), now);
        Entry entry = known == null ? null : Entry.fromBytes(known);
        if (entry != null && entry.stage() != Stage.PAID) {
            return;
        }
        Entry reserved = new Entry(
                Stage.RESERVED,
                use.getOwner(),
                use.getPeriod(),
                decision.getReservedCostNanos(),
                decision.getPredictedCostNanos(),
                0);
        if (entry == null) {
            // So that completions are looked up from now on.
            sum(reserved);
            attempts.put(decision.getDecisionId(), reserved.toBytes(), now);
        } else {
            settle(decision.getDecisionId(), reserved, entry.cost(), now);
        }
    }

    /**
     * @param early whether its decision has not been read yet
     * @param now broker time of the completion
     */
    public void completed(Completion completion, boolean early, long now) {
        if (completion.getInDoubt() || (sums.isEmpty() && !early)) {
            return;
        }
        byte[] known = attempts.find(completion.getDecisionId(), now);
        if (known != null) {
            Entry entry = Entry.fromBytes(known);
            if (entry.stage() == Stage.RESERVED) {
                settle(completion.getDecisionId(), entry, completion.getCostNanos(), now);
            }
        } else if (early) {
            Entry paid = new Entry(Stage.PAID, "", "", 0, 0, completion.getCostNanos());
            attempts.put(completion.getDecisionId(), paid.toBytes(), now);
        }
    }

    private void settle(String decisionId, Entry entry, long cost, long now) {
        Sum sum = sum(entry);
        String key = key(entry);
        sums.put(key, new Sum(sum.owner(), sum.period(), sum.settled().and(entry.reserved(), entry.predicted(), cost)));
        unwritten.add(key);
        unpublished.add(key);
        Entry settled =
                new Entry(Stage.SETTLED, entry.owner(), entry.period(), entry.reserved(), entry.predicted(), cost);
        attempts.put(decisionId, settled.toBytes(), now);
    }

    private static String key(Entry entry) {
        return entry.owner() + '/' + entry.period();
    }

    private Sum sum(Entry entry) {
        return sums.computeIfAbsent(key(entry), missing -> {
            unwritten.add(missing);
            return new Sum(entry.owner(), entry.period(), Settlement.NONE);
        });
    }

    /** Writes what has changed; to be called before each commit. */
    public void write() {
        for (String key : unwritten) {
            Sum sum = sums.get(key);
            if (sum != null) {
                store.put(key, sum.toBytes());
            }
        }
        unwritten.clear();
    }

    /** Tells what has changed since the last time, and forgets periods long over. */
    public void tick(long now, Consumer<OwnerSpend> out) {
        attempts.keepOffset(now);
        for (String key : unpublished) {
            Sum sum = sums.get(key);
            if (sum != null) {
                out.accept(record(sum));
            }
        }
        unpublished.clear();
        for (Iterator<Map.Entry<String, Sum>> all = sums.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Sum> entry = all.next();
            if (entry.getValue().span().end() + KEEP_MILLIS < now) {
                store.delete(entry.getKey());
                all.remove();
            }
        }
    }

    private OwnerSpend record(Sum sum) {
        Settlement settled = sum.settled();
        Span span = sum.span();
        return new OwnerSpend(
                sum.owner(),
                sum.period(),
                Instant.ofEpochMilli(span.start()),
                Instant.ofEpochMilli(span.end()),
                new SettledSpend(
                        shard,
                        settled.attempts(),
                        settled.reservedNanos(),
                        settled.predictedNanos(),
                        settled.costNanos()));
    }
}
