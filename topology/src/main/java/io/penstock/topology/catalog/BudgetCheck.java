package io.penstock.topology.catalog;

import io.penstock.event.Budget;
import io.penstock.learner.money.BudgetPeriod;
import io.penstock.schema.Keys;
import io.penstock.topology.money.Allowance;
import java.util.List;

/** Says what is wrong with a budget. */
final class BudgetCheck {
    // A billion dollars: above any budget, small enough that no sum overflows.
    private static final long LARGEST_NANOS = 1_000_000_000_000_000_000L;
    private static final List<String> AT_CAP = List.of(Allowance.CHEAPEST, Allowance.HOLD, Allowance.REJECT);

    private BudgetCheck() {}

    static void check(Problems problems, String id, Budget budget) {
        problems.require(Keys.isTenant(id), "id '" + id + "' must be the owner's name [a-z0-9-]{1,40}");
        problems.require(id.equals(budget.getOwner()), "owner must be " + id + ", but is " + budget.getOwner());
        checkPeriod(problems, budget.getPeriod());
        boolean needed = budget.getSessionCapNanos() == 0;
        problems.within("cap_nanos", budget.getCapNanos(), needed ? 1 : 0, LARGEST_NANOS);
        problems.require(
                budget.getTargetNanos() >= 0 && budget.getTargetNanos() <= budget.getCapNanos(),
                "target_nanos must be 0 (no pacing) or up to the cap " + budget.getCapNanos() + ", but is "
                        + budget.getTargetNanos());
        problems.within("session_cap_nanos", budget.getSessionCapNanos(), 0, LARGEST_NANOS);
        problems.require(
                AT_CAP.contains(budget.getAtCap()),
                "at_cap must be one of cheapest, hold, reject, but is '" + budget.getAtCap() + "'"
                        + suggestion(budget.getAtCap()));
        for (String tenant : budget.getTenants()) {
            problems.require(Keys.isTenant(tenant), "tenant '" + tenant + "' must be [a-z0-9-]{1,40}");
        }
        problems.require(
                (budget.getAttributeName() == null) == (budget.getAttributeValue() == null),
                "attribute_name and attribute_value must be given both or not at all");
    }

    private static void checkPeriod(Problems problems, String period) {
        try {
            BudgetPeriod.parse(period);
        } catch (IllegalArgumentException e) {
            problems.require(false, String.valueOf(e.getMessage()));
        }
    }

    /** Of words so few and so different, the one with the same first letter is meant. */
    private static String suggestion(String word) {
        return AT_CAP.stream()
                .filter(known -> !word.isEmpty() && known.charAt(0) == Character.toLowerCase(word.charAt(0)))
                .findFirst()
                .map(known -> "; did you mean " + known + "?")
                .orElse("");
    }
}
