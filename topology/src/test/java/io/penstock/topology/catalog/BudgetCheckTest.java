package io.penstock.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Budget;
import io.penstock.event.CatalogEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetCheckTest {
    private static List<String> problems(Budget.Builder budget) {
        CatalogEntry entry = CatalogEntry.newBuilder()
                .setKind("budget")
                .setId("acme")
                .setBody(budget.build())
                .build();
        return CatalogCheck.problems("budget/acme", entry);
    }

    private static Budget.Builder good() {
        return Budget.newBuilder().setOwner("acme").setCapNanos(100);
    }

    @Test
    void shouldAcceptBudgetsThatSayWhatTheyMean() {
        assertThat(problems(good())).isEmpty();
        assertThat(problems(good().setTargetNanos(100).setAtCap("cheapest").setPeriod("P1M")))
                .isEmpty();
        assertThat(problems(good().setCapNanos(0).setSessionCapNanos(5))).isEmpty();
        assertThat(problems(
                        good().setAttributeName("team").setAttributeValue("a").setTenants(List.of("x"))))
                .isEmpty();
    }

    @Test
    void shouldNameEverythingThatIsWrong() {
        // When
        List<String> problems = problems(Budget.newBuilder()
                .setOwner("other")
                .setPeriod("daily")
                .setCapNanos(-1)
                .setTargetNanos(7)
                .setAtCap("chepest")
                .setSessionCapNanos(-2)
                .setTenants(List.of("Not A Tenant"))
                .setAttributeName("team"));

        // Then
        assertThat(problems)
                .containsExactly(
                        "owner must be acme, but is other",
                        "period must be whole months up to P120M, or a duration from PT1S to P3660D, like PT1H, P1D, P1W,"
                                + " P1M, but is 'daily'",
                        "cap_nanos must be from 0 to 1000000000000000000, but is -1",
                        "target_nanos must be 0 (no pacing) or up to the cap -1, but is 7",
                        "session_cap_nanos must be from 0 to 1000000000000000000, but is -2",
                        "at_cap must be one of cheapest, hold, reject, but is 'chepest'; did you mean cheapest?",
                        "tenant 'Not A Tenant' must be [a-z0-9-]{1,40}",
                        "attribute_name and attribute_value must be given both or not at all");
    }

    @Test
    void shouldNotTakeABudgetWithoutAnyCap() {
        assertThat(problems(good().setCapNanos(0)))
                .containsExactly("cap_nanos must be from 1 to 1000000000000000000, but is 0");
    }
}
