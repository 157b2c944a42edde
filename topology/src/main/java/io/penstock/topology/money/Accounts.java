package io.penstock.topology.money;

import io.penstock.event.BudgetGrant;
import io.penstock.event.Lane;
import io.penstock.event.OwnerSpend;
import io.penstock.event.ReservedSpend;
import io.penstock.event.SettledSpend;
import io.penstock.learner.money.AccountFormat;
import io.penstock.learner.money.GrantLedger;
import io.penstock.learner.money.OwnerAccount;
import io.penstock.learner.money.Settlement;
import io.penstock.learner.money.Span;
import io.penstock.learner.money.Spender;
import io.penstock.learner.money.SpenderReport;
import io.penstock.learner.money.Terms;
import io.penstock.schema.Keys;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The accounts of all owners of one task: few, so all in memory; written before each commit. Used by one thread. */
final class Accounts {
    private static final long KEEP_MILLIS = 26 * 3_600_000L;
    // Known before any report says what the owner may spend: nothing.
    private static final Terms UNKNOWN = new Terms(-2, 1, 0);

    private final KeyValueStore<String, byte[]> store;
    private final Map<String, Kept> accounts = new TreeMap<>();

    /** An account with what was last published of it. */
    private static final class Kept {
        private final String owner;
        private final String period;
        private final OwnerAccount account;
        private final Map<Spender, BudgetGrant> published = new HashMap<>();
        private boolean unwritten = true;

        Kept(String owner, String period, OwnerAccount account) {
            this.owner = owner;
            this.period = period;
            this.account = account;
        }

        long start() {
            return account.period().start();
        }
    }

    Accounts(KeyValueStore<String, byte[]> store) {
        this.store = store;
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                int slash = entry.key.indexOf('/');
                Kept kept = new Kept(
                        entry.key.substring(0, slash),
                        entry.key.substring(slash + 1),
                        AccountFormat.fromBytes(entry.value));
                kept.unwritten = false;
                accounts.put(entry.key, kept);
            }
        }
    }

    /**
     * Takes a report.
     *
     * @param at when it was made, epoch milliseconds
     * @throws IllegalArgumentException that says what is wrong with the record
     */
    void take(String key, OwnerSpend spend, long at) {
        String owner = spend.getOwner();
        require(Keys.isTenant(owner), "owner must be [a-z0-9-]{1,40}, but is not");
        require(owner.equals(key), "the key must be the owner " + owner + ", but is another");
        Span span = new Span(
                spend.getPeriodStart().toEpochMilli(), spend.getPeriodEnd().toEpochMilli());
        String period = spend.getPeriod();
        require(
                period.startsWith(Instant.ofEpochMilli(span.start()) + "/"),
                "period must be the interval from period_start, but is " + period);
        if (spend.getBody() instanceof ReservedSpend reserved) {
            SpenderReport report = new SpenderReport(
                    reserved.getVersion(),
                    reserved.getReservedNanos(),
                    reserved.getReturnedNanos(),
                    reserved.getPredictedNanos(),
                    reserved.getDecisions(),
                    reserved.getWantNanos());
            // A task that was restarted does not know the budget before the next request.
            Terms terms = reserved.getCatalogVersion() < 0
                    ? UNKNOWN
                    : new Terms(reserved.getCatalogVersion(), reserved.getCapNanos(), reserved.getTargetNanos());
            Spender spender = new Spender(reserved.getLane().name(), reserved.getPartition());
            Kept kept = kept(owner, period, span, terms);
            kept.account.terms(terms);
            kept.account.ledger().report(spender, report);
            kept.account.reported(spender, at);
            kept.published.remove(spender);
            kept.unwritten = true;
        } else if (spend.getBody() instanceof SettledSpend settled) {
            Settlement settlement = new Settlement(
                    settled.getAttempts(),
                    settled.getReservedNanos(),
                    settled.getPredictedNanos(),
                    settled.getCostNanos());
            Kept kept = kept(owner, period, span, UNKNOWN);
            kept.account.ledger().settle(settled.getShard(), settlement);
            kept.unwritten = true;
        } else {
            throw new IllegalArgumentException("body must be a ReservedSpend or a SettledSpend, but is null");
        }
    }

    private Kept kept(String owner, String period, Span span, Terms terms) {
        return accounts.computeIfAbsent(owner + '/' + period, missing -> {
            Kept before = latestBefore(owner, span.start());
            return new Kept(
                    owner, period, before == null ? OwnerAccount.first(span, terms) : before.account.next(span, terms));
        });
    }

    private @Nullable Kept latestBefore(String owner, long start) {
        return accounts.values().stream()
                .filter(kept -> kept.owner.equals(owner) && kept.start() < start)
                .max(Comparator.comparingLong(Kept::start))
                .orElse(null);
    }

    /**
     * Grants, prices, and tells what has changed; null for what is over.
     *
     * @param now epoch milliseconds
     */
    void tick(long now, BiConsumer<String, @Nullable BudgetGrant> out) {
        for (Iterator<Map.Entry<String, Kept>> all = accounts.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Kept> entry = all.next();
            Kept kept = entry.getValue();
            if (kept.account.period().end() + KEEP_MILLIS < now) {
                kept.account.ledger().lines().keySet().forEach(spender -> out.accept(key(kept, spender), null));
                store.delete(entry.getKey());
                all.remove();
            } else {
                kept.account.advance(Math.min(now, kept.account.period().end()));
                publish(kept, now, out);
            }
        }
    }

    private static void publish(Kept kept, long now, BiConsumer<String, @Nullable BudgetGrant> out) {
        for (Map.Entry<Spender, GrantLedger.Line> line :
                kept.account.ledger().lines().entrySet()) {
            BudgetGrant grant = grant(kept, line.getKey(), line.getValue().grantedNanos());
            if (!grant.equals(kept.published.get(line.getKey()))) {
                kept.published.put(line.getKey(), grant);
                kept.unwritten = true;
                BudgetGrant stamped = BudgetGrant.newBuilder(grant)
                        .setVersion(kept.account.nextPublication())
                        .setPublishedAt(Instant.ofEpochMilli(now))
                        .build();
                out.accept(key(kept, line.getKey()), stamped);
            }
        }
    }

    private static String key(Kept kept, Spender spender) {
        return BudgetView.key(kept.owner, Lane.valueOf(spender.lane()), spender.partition(), kept.period);
    }

    private static BudgetGrant grant(Kept kept, Spender spender, long granted) {
        OwnerAccount account = kept.account;
        BudgetGrant grant = new BudgetGrant();
        grant.setOwner(kept.owner);
        grant.setLane(Lane.valueOf(spender.lane()));
        grant.setPartition(spender.partition());
        grant.setPeriod(kept.period);
        grant.setPeriodStart(Instant.ofEpochMilli(account.period().start()));
        grant.setPeriodEnd(Instant.ofEpochMilli(account.period().end()));
        grant.setGrantedNanos(granted);
        grant.setFreeNanos(account.freeNanos());
        grant.setPrice(account.price());
        grant.setCapNanos(account.terms().capNanos());
        grant.setTargetNanos(account.terms().targetNanos());
        grant.setCommittedNanos(account.ledger().committedNanos());
        grant.setSettledNanos(account.ledger().settledNanos());
        grant.setPublishedAt(Instant.EPOCH);
        return grant;
    }

    /** To be called before each commit. */
    void write() {
        accounts.forEach((key, kept) -> {
            if (kept.unwritten) {
                store.put(key, AccountFormat.toBytes(kept.account));
                kept.unwritten = false;
            }
        });
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
