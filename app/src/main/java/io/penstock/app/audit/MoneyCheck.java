package io.penstock.app.audit;

import io.penstock.event.BudgetUse;
import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.schema.Identity;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * M1: what an owner's decisions of a period have settled, and reserved where the result is in doubt or to come, is at most its
 * cap; and each reserved no more than its route task had been granted. A cap that was changed within the period counts with
 * its highest value.
 */
final class MoneyCheck {
    private record Reservation(String account, long nanos) {}

    private static final class Account {
        private long cap;
        private long committed;
    }

    private final Findings findings;
    private final Map<String, Reservation> open = new HashMap<>();
    private final Map<String, Account> accounts = new TreeMap<>();

    MoneyCheck(Findings findings) {
        this.findings = findings;
    }

    void decision(Decision decision) {
        BudgetUse use = decision.getBudget();
        if (use == null || use.getPeriod().isEmpty() || decision.getKind() != DecisionKind.DISPATCH) {
            return;
        }
        findings.checked(Invariant.M1);
        String name = use.getOwner() + '/' + use.getPeriod();
        Account account = accounts.computeIfAbsent(name, missing -> new Account());
        account.cap = Math.max(account.cap, use.getCapNanos());
        account.committed += decision.getReservedCostNanos();
        open.put(decision.getDecisionId(), new Reservation(name, decision.getReservedCostNanos()));
        long total = use.getReservedNanos() + decision.getReservedCostNanos();
        if (total > use.getGrantedNanos()) {
            findings.violation(
                    Invariant.M1,
                    new Identity(decision.getTenant(), decision.getRequestId()).key(),
                    "reserved " + total + " nano-dollars of " + name + ", but its task had been granted "
                            + use.getGrantedNanos());
        }
    }

    /** Whether there is anything to settle. */
    boolean isNeeded() {
        return !open.isEmpty();
    }

    void completion(Completion completion) {
        if (completion.getInDoubt()) {
            return;
        }
        Reservation reserved = open.remove(completion.getDecisionId());
        if (reserved != null) {
            Account account = accounts.computeIfAbsent(reserved.account(), missing -> new Account());
            account.committed += completion.getCostNanos() - reserved.nanos();
        }
    }

    void finish() {
        accounts.forEach((name, account) -> {
            if (account.committed > account.cap) {
                findings.violation(
                        Invariant.M1,
                        name,
                        "has settled, in doubt and reserved " + account.committed + " nano-dollars, but its cap is "
                                + account.cap);
            }
        });
        open.values().forEach(reservation -> findings.open(Invariant.M1));
    }
}
