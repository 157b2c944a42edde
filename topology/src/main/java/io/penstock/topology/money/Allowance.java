package io.penstock.topology.money;

import io.penstock.event.Budget;
import io.penstock.event.BudgetUse;
import org.jspecify.annotations.Nullable;

/**
 * What a budget allows for one decision, as one route task knows it.
 *
 * @param purse null if the budget has no cap but of the session
 * @param price λ of the owner, utility per reference cost
 * @param grantedNanos grants less what was returned
 * @param reservedNanos of those
 * @param freeNanos what the owner has left to grant
 * @param answered whether anything has been heard of grants for this task and period
 * @param sessionNanos settled, in doubt and reserved of the session
 * @param inputBound no tokenizer counts more input than this
 */
public record Allowance(
        Budget budget,
        @Nullable Purse purse,
        double price,
        long grantedNanos,
        long reservedNanos,
        long freeNanos,
        boolean answered,
        long sessionNanos,
        long inputBound) {
    public static final String OWNER_FILTER = "budget";
    public static final String SESSION_FILTER = "session-budget";
    public static final String CHEAPEST = "cheapest";
    public static final String HOLD = "hold";
    public static final String REJECT = "reject";

    /** What is granted and not reserved. */
    private long unusedNanos() {
        return Math.max(0, grantedNanos - reservedNanos);
    }

    /** Which filter drops a candidate with this worst case; null if none does. */
    public @Nullable String filter(long worst) {
        if (purse != null && worst > unusedNanos()) {
            return OWNER_FILTER;
        }
        long cap = budget.getSessionCapNanos();
        return cap > 0 && worst > cap - sessionNanos ? SESSION_FILTER : null;
    }

    /** Why; with the numbers, for people. */
    public String detail(String filter, long worst) {
        return filter.equals(OWNER_FILTER)
                ? "may cost " + worst + " nano-dollars; " + budget.getOwner() + " has " + unusedNanos()
                        + " granted here and " + freeNanos + " left"
                : "may cost " + worst + " nano-dollars; the session has used " + sessionNanos + " of "
                        + budget.getSessionCapNanos();
    }

    /** Whether more may be granted soon, so that waiting for it is right. */
    public boolean mayBeGranted(long worst) {
        return purse != null && (!answered || worst <= unusedNanos() + freeNanos);
    }

    /** Takes the worst case of an attempt out of what is unused. */
    public void reserve(long worst, long predicted) {
        if (purse != null) {
            purse.reserve(worst, predicted);
        }
    }

    /** Lets the owner's task know what would have been needed. */
    public void missed(long worst) {
        if (purse != null) {
            purse.missed(worst);
        }
    }

    /** What a decision records of it. */
    public BudgetUse use() {
        return new BudgetUse(
                budget.getOwner(),
                purse == null ? "" : purse.period(),
                budget.getCapNanos(),
                price,
                grantedNanos,
                reservedNanos,
                budget.getSessionCapNanos(),
                sessionNanos,
                "free");
    }
}
