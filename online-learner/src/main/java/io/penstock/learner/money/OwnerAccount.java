package io.penstock.learner.money;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything about one owner and period: grants, spend, price. Used by one thread. */
public final class OwnerAccount {
    /** How much settled cost outweighs the belief that predictions are right, as a share of the target. */
    private static final double DOUBT = 0.001;

    /** Whoever has not reported for so long has decided nothing since. */
    private static final long SILENT_MILLIS = 3_000;

    private final Span period;
    private final GrantLedger ledger;
    private final List<Long> demandBefore;
    private final List<Long> demand;
    private final SpendPlan plan;
    private final Map<Spender, Long> reported = new HashMap<>();
    private Terms terms;
    private Pacer pacer;
    private long demandSeen;
    private long publications;

    OwnerAccount(
            Span period, Terms terms, Pacer pacer, List<Long> demandBefore, List<Long> demand, GrantLedger ledger) {
        this.period = period;
        this.terms = terms;
        this.pacer = pacer;
        this.demandBefore = List.copyOf(demandBefore);
        this.demand = new ArrayList<>(demand);
        this.ledger = ledger;
        this.plan = SpendPlan.following(demandBefore);
        this.demandSeen = demand.stream().mapToLong(Long::longValue).sum();
    }

    /** The first period that is known of an owner. */
    public static OwnerAccount first(Span period, Terms terms) {
        return new OwnerAccount(period, terms, Pacer.start(period.start()), List.of(), none(), new GrantLedger());
    }

    /** A later period of the same owner, which starts with what was learned of price and demand; nothing else carries over. */
    public OwnerAccount next(Span later, Terms newTerms) {
        return new OwnerAccount(later, newTerms, pacer.next(later.start()), demand, none(), new GrantLedger());
    }

    private static List<Long> none() {
        return Collections.nCopies(SpendPlan.BINS, 0L);
    }

    /** Takes terms unless newer ones are known. */
    public void terms(Terms latest) {
        if (latest.version() > terms.version()) {
            terms = latest;
        }
    }

    /**
     * Tells when a spender's latest report was made. A report is on its way for a while, and spend must be held against the
     * plan for its own time: held against a later one it looks too small, which is spent again, every period.
     *
     * @param at epoch milliseconds
     */
    public void reported(Spender spender, long at) {
        reported.merge(spender, at, Math::max);
    }

    /** Grants what is wanted and can be granted, and moves the price. */
    public void advance(long now) {
        ledger.grant(terms.capNanos());
        int bin = SpendPlan.bin(period.over(now));
        long decisions = ledger.decisions();
        demand.set(bin, demand.get(bin) + decisions - demandSeen);
        demandSeen = decisions;
        if (terms.targetNanos() > 0) {
            double spend = ledger.spend().expectedNanos(DOUBT * terms.targetNanos());
            pacer = pacer.advance(period, plan, terms.targetNanos(), spend, now - age(now));
        }
    }

    /** How old what is known of spend is, on average over those who spend. */
    private long age(long now) {
        return Math.round(reported.values().stream()
                .mapToLong(at -> Math.max(0, now - at))
                .filter(age -> age < SILENT_MILLIS)
                .average()
                .orElse(0));
    }

    /** λ in utility per reference cost; 0 = not paced. */
    public double price() {
        return terms.targetNanos() > 0 ? pacer.price() : 0;
    }

    /** What can still be granted, at least 0. */
    public long freeNanos() {
        return Math.max(0, ledger.freeNanos(terms.capNanos()));
    }

    public Span period() {
        return period;
    }

    public Terms terms() {
        return terms;
    }

    public GrantLedger ledger() {
        return ledger;
    }

    /** Numbers what is published of the account: 1, 2, 3, also over a restart. */
    public long nextPublication() {
        return ++publications;
    }

    long publications() {
        return publications;
    }

    void restorePublications(long count) {
        publications = count;
    }

    Pacer pacer() {
        return pacer;
    }

    List<Long> demandBefore() {
        return demandBefore;
    }

    List<Long> demand() {
        return List.copyOf(demand);
    }
}
