package io.penstock.topology.money;

import io.penstock.event.Budget;
import io.penstock.event.BudgetGrant;
import io.penstock.event.Lane;
import io.penstock.event.OwnerSpend;
import io.penstock.learner.money.BudgetPeriod;
import io.penstock.learner.money.Span;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The purses of one route task: few, so all in memory, and written before each commit, so that what is reserved is committed
 * with the decisions that it is reserved for. Used by one thread.
 */
public final class Purses {
    // An attempt decided in a period may be retried after it; after this nobody asks any more.
    private static final long KEEP_MILLIS = 26 * 3_600_000L;

    private final KeyValueStore<String, byte[]> store;
    private final Lane lane;
    private final int partition;
    private final BudgetView view;
    private final Map<String, Purse> purses = new TreeMap<>();
    private final Map<String, BudgetPeriod> periods = new HashMap<>();

    public Purses(KeyValueStore<String, byte[]> store, Lane lane, int partition, BudgetView view) {
        this.store = store;
        this.lane = lane;
        this.partition = partition;
        this.view = view;
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                purses.put(entry.key, Purse.fromBytes(entry.value));
            }
        }
    }

    /**
     * What a budget allows this task now.
     *
     * @param inputBound no tokenizer counts more input than this
     * @param sessionNanos what the session has been charged so far
     * @param catalogVersion of the catalog that the budget is from
     */
    public Allowance allowance(Budget budget, long now, long inputBound, long sessionNanos, long catalogVersion) {
        if (budget.getCapNanos() == 0) {
            return new Allowance(budget, null, 0, 0, 0, 0, true, sessionNanos, inputBound);
        }
        BudgetPeriod period = periods.computeIfAbsent(budget.getPeriod(), BudgetPeriod::parse);
        Span span = period.at(now);
        String name = period.name(span);
        Purse purse = purses.computeIfAbsent(
                budget.getOwner() + '/' + name, missing -> new Purse(budget.getOwner(), name, span));
        purse.terms(budget, catalogVersion);
        BudgetGrant grant = view.grant(budget.getOwner(), lane, partition, name);
        return new Allowance(
                budget,
                purse,
                grant == null ? 0 : grant.getPrice(),
                (grant == null ? 0 : grant.getGrantedNanos()) - purse.returnedNanos(),
                purse.reservedNanos(),
                grant == null ? 0 : grant.getFreeNanos(),
                grant != null,
                sessionNanos,
                inputBound);
    }

    /** Looks ahead, gives back, and reports what has changed. */
    public void tick(long now, Consumer<OwnerSpend> out) {
        for (Iterator<Map.Entry<String, Purse>> all = purses.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Purse> entry = all.next();
            Purse purse = entry.getValue();
            if (purse.span().end() + KEEP_MILLIS < now) {
                store.delete(entry.getKey());
                all.remove();
            } else if (now < purse.span().end()) {
                purse.tick(granted(purse));
                report(purse, out);
            }
        }
    }

    private long granted(Purse purse) {
        BudgetGrant grant = view.grant(purse.owner(), lane, partition, purse.period());
        return grant == null ? 0 : grant.getGrantedNanos();
    }

    /** Asks for money at once: a request waits for it. */
    public void ask(Allowance allowance, Consumer<OwnerSpend> out) {
        if (allowance.purse() != null) {
            report(allowance.purse(), out);
        }
    }

    private void report(Purse purse, Consumer<OwnerSpend> out) {
        if (purse.reportDue()) {
            out.accept(purse.report(lane, partition));
        }
    }

    /** Writes what has changed; to be called before each commit. */
    public void persist() {
        purses.forEach((key, purse) -> {
            if (purse.takeDirty()) {
                store.put(key, purse.toBytes());
            }
        });
    }

    /** How much an owner has reserved in this task and a period; 0 if nothing is known. */
    public long reservedNanos(String owner, String period) {
        @Nullable Purse purse = purses.get(owner + '/' + period);
        return purse == null ? 0 : purse.reservedNanos();
    }
}
