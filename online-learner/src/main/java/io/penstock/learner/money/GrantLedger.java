package io.penstock.learner.money;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Shares an owner's cap of one period out among spenders that decide on their own, so that it is never exceeded: an escrow
 * (O'Neil 1986, "The escrow transactional method"; as bounded counters: Balegas et al. 2015). A spender reserves the
 * worst case of each attempt and only while
 *
 * <pre>reserved ≤ granted − returned</pre>
 *
 * and the ledger grants only while
 *
 * <pre>Σ (granted − returned) ≤ cap + Σ (reserved − cost of settled attempts)</pre>
 *
 * All of these are sums that only go up, each with one writer, so both hold whatever is delayed, lost or repeated in
 * between; then what is settled, in doubt and reserved is never more than the cap. Grants cannot be taken back, only
 * returned; a lowered cap therefore holds for what is granted from then on. Used by one thread.
 */
public final class GrantLedger {

    /**
     * What is known of a spender.
     *
     * @param grantedNanos sum of all grants
     */
    public record Line(long grantedNanos, SpenderReport report) {
        static final Line NONE = new Line(0, SpenderReport.NONE);

        /** Held, and not reserved. */
        long unusedNanos() {
            return grantedNanos - report.returnedNanos() - report.reservedNanos();
        }

        private long missingNanos() {
            return Math.max(0, report.wantNanos() - Math.max(0, unusedNanos()));
        }
    }

    private final SortedMap<Spender, Line> lines = new TreeMap<>();
    private final SortedMap<Integer, Settlement> settlements = new TreeMap<>();

    /** Takes a report; an older one than is known only repeats sums. */
    public void report(Spender spender, SpenderReport report) {
        Line line = lines.getOrDefault(spender, Line.NONE);
        lines.put(spender, new Line(line.grantedNanos(), line.report().and(report)));
    }

    /** Takes what one shard knows to be settled; an older state than is known changes nothing. */
    public void settle(int shard, Settlement settlement) {
        if (settlement.attempts()
                > settlements.getOrDefault(shard, Settlement.NONE).attempts()) {
            settlements.put(shard, settlement);
        }
    }

    /** As restored: no checks, the state is ours. */
    void restore(Spender spender, Line line) {
        lines.put(spender, line);
    }

    /**
     * Grants what spenders want, as far as the cap allows: the smallest wishes first and whole, since part of a worst case
     * serves nobody.
     */
    public void grant(long capNanos) {
        long free = freeNanos(capNanos);
        List<Map.Entry<Spender, Line>> wishes = new ArrayList<>(lines.entrySet());
        wishes.removeIf(entry -> entry.getValue().missingNanos() == 0);
        wishes.sort(Comparator.comparingLong(entry -> entry.getValue().missingNanos()));
        for (Map.Entry<Spender, Line> wish : wishes) {
            Line line = wish.getValue();
            long grant = Math.min(free, line.missingNanos());
            if (grant <= 0) {
                return;
            }
            lines.put(wish.getKey(), new Line(line.grantedNanos() + grant, line.report()));
            free -= grant;
        }
    }

    /** What can still be granted; below 0 if the cap was lowered or calls cost more than was reserved for them. */
    public long freeNanos(long capNanos) {
        long held = lines.values().stream()
                .mapToLong(line -> line.grantedNanos() - line.report().returnedNanos())
                .sum();
        long released = settlements.values().stream()
                .mapToLong(Settlement::releasedNanos)
                .sum();
        return capNanos - held + released;
    }

    /** Settled, in doubt, and reserved. */
    public long committedNanos() {
        long reserved = lines.values().stream()
                .mapToLong(line -> line.report().reservedNanos())
                .sum();
        long released = settlements.values().stream()
                .mapToLong(Settlement::releasedNanos)
                .sum();
        // A settlement may be heard of before the reservation that it ends.
        return Math.max(settledNanos(), reserved - released);
    }

    public long settledNanos() {
        return settlements.values().stream().mapToLong(Settlement::costNanos).sum();
    }

    /** What the pacer goes by. */
    public PacedSpend spend() {
        long predicted = lines.values().stream()
                .mapToLong(line -> line.report().predictedNanos())
                .sum();
        long closed = settlements.values().stream()
                .mapToLong(Settlement::predictedNanos)
                .sum();
        return new PacedSpend(predicted, closed, settledNanos());
    }

    /** Attempts decided so far. */
    public long decisions() {
        return lines.values().stream()
                .mapToLong(line -> line.report().decisions())
                .sum();
    }

    /** All spenders that have reported. */
    public SortedMap<Spender, Line> lines() {
        return Collections.unmodifiableSortedMap(lines);
    }

    SortedMap<Integer, Settlement> settlements() {
        return Collections.unmodifiableSortedMap(settlements);
    }
}
