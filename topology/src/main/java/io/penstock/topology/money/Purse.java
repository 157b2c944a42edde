package io.penstock.topology.money;

import io.penstock.event.Budget;
import io.penstock.event.Lane;
import io.penstock.event.OwnerSpend;
import io.penstock.event.ReservedSpend;
import io.penstock.learner.money.Span;
import io.penstock.topology.StateReader;
import io.penstock.topology.StateWriter;
import java.time.Instant;

/**
 * What one route task has reserved of an owner's budget in one period. It may reserve while reserved ≤ granted − returned;
 * both of its sums only go up. What is not stored is an estimate of what it will need next. Used by one thread.
 */
final class Purse {
    private static final byte VERSION = 1;
    // A grant should last for about two seconds of what was reserved in the last quarter of one.
    private static final int TICKS_AHEAD = 8;
    private static final double FADE = 0.8;
    // Longer than it takes to be granted what was asked for.
    private static final double SLOW_FADE = 0.95;

    private final String owner;
    private final String period;
    private final Span span;
    private long reserved;
    private long returned;
    private long predicted;
    private long decisions;
    private long version;
    private long wanted;
    private long shortfall;
    private long reservedAtTick;
    private boolean dirty;
    private boolean reportDue;
    private Budget terms = new Budget();
    private long termsVersion = -1;

    Purse(String owner, String period, Span span) {
        this.owner = owner;
        this.period = period;
        this.span = span;
    }

    String owner() {
        return owner;
    }

    String period() {
        return period;
    }

    Span span() {
        return span;
    }

    long reservedNanos() {
        return reserved;
    }

    long returnedNanos() {
        return returned;
    }

    void terms(Budget budget, long catalogVersion) {
        terms = budget;
        termsVersion = catalogVersion;
    }

    void reserve(long worst, long cost) {
        reserved += worst;
        predicted += cost;
        decisions++;
        dirty = true;
        reportDue = true;
    }

    /** Something did not fit: this much would have been good to have. */
    void missed(long worst) {
        if (worst > shortfall) {
            shortfall = worst;
            reportDue = true;
        }
    }

    /** Looks ahead, gives back what is not needed. Called a few times a second. */
    void tick(long granted) {
        long ahead = TICKS_AHEAD * (reserved - reservedAtTick);
        reservedAtTick = reserved;
        long before = wanted;
        wanted = Math.max(ahead, (long) (FADE * wanted));
        shortfall = (long) (SLOW_FADE * shortfall);
        long unused = granted - returned - reserved;
        if (unused > 2 * want()) {
            returned += unused - want();
            dirty = true;
            reportDue = true;
        }
        reportDue |= before != wanted;
    }

    private long want() {
        return Math.max(wanted, shortfall);
    }

    boolean reportDue() {
        return reportDue;
    }

    OwnerSpend report(Lane lane, int partition) {
        version++;
        dirty = true;
        reportDue = false;
        ReservedSpend body = new ReservedSpend(
                lane,
                partition,
                version,
                reserved,
                returned,
                predicted,
                decisions,
                want(),
                terms.getCapNanos(),
                terms.getTargetNanos(),
                termsVersion);
        return new OwnerSpend(
                owner, period, Instant.ofEpochMilli(span.start()), Instant.ofEpochMilli(span.end()), body);
    }

    boolean takeDirty() {
        boolean was = dirty;
        dirty = false;
        return was;
    }

    byte[] toBytes() {
        StateWriter out = new StateWriter();
        out.writeByte(VERSION);
        out.writeText(owner);
        out.writeText(period);
        out.writeVar(span.start());
        out.writeVar(span.end());
        out.writeVar(reserved);
        out.writeVar(returned);
        out.writeVar(predicted);
        out.writeVar(decisions);
        out.writeVar(version);
        return out.toBytes();
    }

    static Purse fromBytes(byte[] bytes) {
        return StateReader.read("A purse", VERSION, bytes, in -> {
            Purse purse = new Purse(in.readText(), in.readText(), new Span(in.readVar(), in.readVar()));
            purse.reserved = in.readVar();
            purse.returned = in.readVar();
            purse.predicted = in.readVar();
            purse.decisions = in.readVar();
            purse.version = in.readVar();
            purse.reservedAtTick = purse.reserved;
            return purse;
        });
    }
}
