package io.penstock.topology.money;

import io.penstock.event.BudgetGrant;
import io.penstock.event.Lane;
import io.penstock.schema.Keys;
import io.penstock.schema.Topics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The newest grant of every route task, owner and period. Written by one thread, read by any number. */
public final class BudgetView {
    private static final double HIGHEST_PRICE = 1e5;

    private final Map<String, BudgetGrant> grants = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /** Goes up whenever something has changed. */
    public long changes() {
        return changes.get();
    }

    /**
     * What a route task was granted.
     *
     * @param period ISO-8601 interval
     * @return null if nothing has been heard of it
     */
    public @Nullable BudgetGrant grant(String owner, Lane lane, int partition, String period) {
        return grants.get(key(owner, lane, partition, period));
    }

    static String key(String owner, Lane lane, int partition, String period) {
        return owner + '/' + Topics.laneName(lane) + '/' + partition + '/' + period;
    }

    /** Takes away what is over. */
    void remove(String key) {
        if (grants.remove(key) != null) {
            changes.incrementAndGet();
        }
    }

    /**
     * Takes a record of the budgets topic. One thread at a time. One that is not newer than what is known changes nothing.
     *
     * @throws IllegalArgumentException if it must not be used; the last good one of its key stays
     */
    void apply(@Nullable String key, BudgetGrant grant) {
        check(key, grant);
        String known = key(grant.getOwner(), grant.getLane(), grant.getPartition(), grant.getPeriod());
        BudgetGrant before = grants.get(known);
        if (before != null && before.getVersion() >= grant.getVersion()) {
            return;
        }
        require(
                before == null || grant.getGrantedNanos() >= before.getGrantedNanos(),
                "granted_nanos must not go down, but is " + grant.getGrantedNanos());
        grants.put(known, grant);
        changes.incrementAndGet();
    }

    private static void check(@Nullable String key, BudgetGrant grant) {
        require(Keys.isTenant(grant.getOwner()), "owner must be [a-z0-9-]{1,40}, but is not");
        require(grant.getPartition() >= 0, "partition must not be negative, but is " + grant.getPartition());
        String expected = key(grant.getOwner(), grant.getLane(), grant.getPartition(), grant.getPeriod());
        require(expected.equals(key), "the key must be " + expected + ", but is another");
        require(grant.getVersion() > 0, "version must be above 0, but is " + grant.getVersion());
        require(grant.getGrantedNanos() >= 0, "granted_nanos must not be negative, but is " + grant.getGrantedNanos());
        require(grant.getFreeNanos() >= 0, "free_nanos must not be negative, but is " + grant.getFreeNanos());
        double price = grant.getPrice();
        require(price >= 0 && price <= HIGHEST_PRICE, "price must be from 0 to 1e5, but is " + price);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
