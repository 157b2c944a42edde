package io.penstock.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.BudgetGrant;
import io.penstock.event.BudgetUse;
import io.penstock.event.Candidate;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.ModelPhase;
import io.penstock.event.ModelStatus;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.Parameters;
import io.penstock.event.ResponseKind;
import io.penstock.event.RoutingProfile;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    // 1000 output tokens on the small model, at 0.4 dollars a million; the prompt adds little.
    private static final long SMALL = 400_000;

    private MoneyHarness money;

    @BeforeEach
    void start() throws Exception {
        money = new MoneyHarness();
        money.router.activate(RouterHarness.card("small", 0.1));
    }

    @AfterEach
    void stop() throws Exception {
        money.close();
    }

    private static InferenceRequest.Builder request(String id) {
        return RouterHarness.request(id)
                .setParameters(Parameters.newBuilder().setMaxOutputTokens(1000).build());
    }

    private static BudgetUse use(Decision decision) {
        return decision.getBudget();
    }

    @Test
    void shouldHoldTheFirstRequestUntilItsGrantComes() {
        // Given
        money.budget(MoneyHarness.budget("acme", 10 * SMALL));

        // When
        money.send(Lane.ONLINE, "acme", request("r1"));
        List<Decision> before = money.router.decisions();
        money.advance(SECOND);

        // Then
        assertThat(before).extracting(Decision::getKind).containsExactly(DecisionKind.ACCEPTED);
        assertThat(before.get(0).getAttempt()).isZero();
        assertThat(use(before.get(0)).getVerdict()).isEqualTo("wait");
        Decision dispatch = money.dispatched().get(0);
        assertThat(dispatch.getAttempt()).isEqualTo(1);
        assertThat(dispatch.getReservedCostNanos()).isBetween(SMALL, SMALL + SMALL / 10);
        assertThat(use(dispatch).getOwner()).isEqualTo("acme");
        assertThat(use(dispatch).getPeriod()).isEqualTo("2026-06-01T00:00:00Z/PT1H");
        assertThat(use(dispatch).getGrantedNanos()).isGreaterThanOrEqualTo(dispatch.getReservedCostNanos());
        assertThat(use(dispatch).getVerdict()).isEqualTo("free");
        money.complete(dispatch, CompletionStatus.SUCCESS, 1000, false);
        assertThat(money.router.responses("acme").get(0).getKind()).isEqualTo(ResponseKind.ANSWERED);
    }

    @Test
    void shouldLeaveTenantsWithoutABudgetAlone() {
        // Given
        money.budget(MoneyHarness.budget("acme", 1));

        // When
        money.send(Lane.ONLINE, "other", request("r1"));

        // Then
        assertThat(money.dispatched()).hasSize(1);
        assertThat(money.dispatched().get(0).getBudget()).isNull();
    }

    @Test
    void shouldRejectWithAReasonWhenNothingFitsAnyMore() {
        // Given
        money.budget(MoneyHarness.budget("acme", SMALL / 2));

        // When
        money.send(Lane.ONLINE, "acme", request("r1"));
        money.advance(SECOND);

        // Then
        Decision reject = money.kinds(DecisionKind.REJECT).get(0);
        assertThat(reject.getRejectReason()).isEqualTo("budget_exhausted");
        assertThat(use(reject).getVerdict()).isEqualTo("reject");
        assertThat(reject.getCandidates()).extracting(Candidate::getFilter).containsExactly("budget");
        assertThat(reject.getCandidates().get(0).getFilterDetail())
                .contains("acme has " + SMALL / 2 + " granted here and 0 left");
        assertThat(money.router.responses("acme").get(0).getReason()).isEqualTo("budget_exhausted");
    }

    @Test
    void shouldHoldAtTheCapUntilACallSettlesForLess() {
        // Given
        money.budget(MoneyHarness.budget("acme", SMALL + SMALL / 2).setAtCap("hold"));
        money.send(Lane.ONLINE, "acme", request("r1"));
        money.advance(SECOND);
        money.send(Lane.ONLINE, "acme", request("r2"));
        money.advance(SECOND);
        assertThat(money.dispatched()).hasSize(1);

        // When
        money.complete(money.dispatched().get(0), CompletionStatus.SUCCESS, 1000, false);
        money.advance(SECOND.multipliedBy(2));

        // Then
        assertThat(money.dispatched()).extracting(Decision::getRequestId).containsExactly("r1", "r2");
    }

    @Test
    void shouldKeepWhatIsInDoubtReservedAtItsWorstCase() {
        // Given
        money.budget(MoneyHarness.budget("acme", SMALL + SMALL / 2).setAtCap("hold"));
        money.send(Lane.ONLINE, "acme", request("r1"));
        money.advance(SECOND);
        money.send(Lane.ONLINE, "acme", request("r2"));

        // When
        money.complete(money.dispatched().get(0), CompletionStatus.FAILED, 0, true);
        money.advance(SECOND.multipliedBy(3));

        // Then
        assertThat(money.dispatched()).hasSize(1);
    }

    @Test
    void shouldExpireWhatIsHeldTooLong() {
        // Given
        money.router.profile("acme", RoutingProfile.newBuilder().setRequestTimeoutMs(5_000));
        money.budget(MoneyHarness.budget("acme", SMALL / 2).setAtCap("hold"));

        // When
        money.send(Lane.ONLINE, "acme", request("r1"));
        money.advance(Duration.ofSeconds(8));

        // Then
        assertThat(money.router.responses("acme"))
                .singleElement()
                .satisfies(response -> assertThat(response.getKind()).isEqualTo(ResponseKind.EXPIRED));
        money.send(Lane.ONLINE, "acme", request("r1"));
        assertThat(money.router.metrics.value("route.duplicate")).isEqualTo(1);
    }

    @Test
    void shouldTakeTheCheapestThatFitsAtTheCap() {
        // Given
        money.router.activate(RouterHarness.card("large", 5.0));
        money.router.profile(
                "acme",
                RoutingProfile.newBuilder()
                        .setPolicy("static")
                        .setPolicyOptions(Map.of("large", "1", "small", "0.001")));
        money.budget(MoneyHarness.budget("acme", 2 * SMALL + SMALL / 2).setAtCap("cheapest"));

        // When
        for (int i = 0; i < 3; i++) {
            money.send(Lane.ONLINE, "acme", request("r" + i));
            money.advance(SECOND);
        }

        // Then
        assertThat(money.dispatched()).extracting(Decision::getModel).containsExactly("small", "small");
        assertThat(money.dispatched()).allSatisfy(decision -> {
            assertThat(use(decision).getVerdict()).isEqualTo("cheapest");
            assertThat(decision.getPolicy()).isEqualTo("cheapest");
        });
        assertThat(money.kinds(DecisionKind.REJECT))
                .singleElement()
                .satisfies(reject -> assertThat(reject.getRejectReason()).isEqualTo("budget_exhausted"));
    }

    @Test
    void shouldBeginAnewWithThePeriod() {
        // Given
        money.budget(MoneyHarness.budget("acme", SMALL + SMALL / 2)
                .setPeriod("PT10S")
                .setAtCap("hold"));
        money.send(Lane.ONLINE, "acme", request("r1"));
        money.advance(SECOND);
        money.send(Lane.ONLINE, "acme", request("r2"));
        money.advance(Duration.ofSeconds(5));
        assertThat(money.dispatched()).hasSize(1);

        // When
        money.advance(Duration.ofSeconds(7));

        // Then
        assertThat(money.dispatched())
                .extracting(decision -> use(decision).getPeriod())
                .containsExactly("2026-06-01T00:00:00Z/PT10S", "2026-06-01T00:00:10Z/PT10S");
    }

    @Test
    void shouldDecideByThePriceOfTheCatalogAtTheNextDecision() {
        // Given
        money.budget(MoneyHarness.budget("acme", 100 * SMALL));
        money.send(Lane.ONLINE, "acme", request("r1"));
        money.advance(SECOND);

        // When
        money.router.catalog("model", "small", RouterHarness.card("small", 0.05).build());
        money.send(Lane.ONLINE, "acme", request("r2"));
        money.advance(SECOND);

        // Then
        long first = money.dispatched().get(0).getReservedCostNanos();
        long second = money.dispatched().get(1).getReservedCostNanos();
        assertThat(second).isBetween(first * 2 / 5, first * 3 / 5);
    }

    @Test
    void shouldPayForTheTenantsNamedAndByAttributeAmongThemOnly() {
        // Given
        money.budget(MoneyHarness.budget("shared", 100 * SMALL).setTenants(List.of("acme", "beta")));
        money.budget(MoneyHarness.budget("research", 100 * SMALL)
                .setTenants(List.of("acme"))
                .setAttributeName("team")
                .setAttributeValue("research"));

        // When
        money.send(Lane.ONLINE, "acme", request("r1"));
        money.send(Lane.ONLINE, "acme", request("r2").setAttributes(Map.of("team", "research")));
        money.send(Lane.BATCH, "beta", request("r3").setAttributes(Map.of("team", "research")));
        money.send(Lane.ONLINE, "other", request("r4").setAttributes(Map.of("team", "research")));
        money.advance(SECOND);

        // Then
        assertThat(money.dispatched())
                .extracting(
                        Decision::getRequestId,
                        decision -> use(decision) == null ? "" : use(decision).getOwner())
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("r1", "shared"),
                        org.assertj.core.groups.Tuple.tuple("r2", "research"),
                        org.assertj.core.groups.Tuple.tuple("r3", "shared"),
                        org.assertj.core.groups.Tuple.tuple("r4", ""));
    }

    @Test
    void shouldKeepASessionInOrderWhileItWaits() {
        // Given
        money.budget(MoneyHarness.budget("acme", 100 * SMALL));

        // When
        for (int i = 0; i < 5; i++) {
            money.send(Lane.ONLINE, "acme", request("r" + i).setSessionId("s"));
        }
        money.advance(SECOND.multipliedBy(4));

        // Then
        assertThat(money.dispatched()).extracting(Decision::getRequestId).containsExactly("r0", "r1", "r2", "r3", "r4");
    }

    @Test
    void shouldHoldASessionExactlyToItsCap() {
        // Given
        money.budget(MoneyHarness.budget("acme", 0).setSessionCapNanos(2 * SMALL + SMALL / 2));
        money.send(Lane.ONLINE, "acme", request("r1").setSessionId("s"));
        money.send(Lane.ONLINE, "acme", request("r2").setSessionId("s"));
        money.send(Lane.ONLINE, "acme", request("r3").setSessionId("s"));
        long reserved = money.dispatched().stream()
                .mapToLong(Decision::getReservedCostNanos)
                .sum();

        // When
        money.complete(money.dispatched().get(0), CompletionStatus.SUCCESS, 1000, false);
        deliverRouteEvents();
        money.send(Lane.ONLINE, "acme", request("r4").setSessionId("s"));
        money.send(Lane.ONLINE, "acme", request("r5").setSessionId("other"));

        // Then
        assertThat(money.kinds(DecisionKind.REJECT)).singleElement().satisfies(reject -> {
            assertThat(reject.getRequestId()).isEqualTo("r3");
            assertThat(reject.getRejectReason()).isEqualTo("session_budget_exhausted");
            assertThat(use(reject).getSessionNanos()).isEqualTo(reserved);
        });
        Decision fourth = money.dispatched().get(2);
        assertThat(fourth.getRequestId()).isEqualTo("r4");
        assertThat(use(fourth).getSessionNanos())
                .isEqualTo(1000 + money.dispatched().get(1).getReservedCostNanos());
        assertThat(use(money.dispatched().get(3)).getSessionNanos()).isZero();
    }

    /** Time-outs of join run on the wall clock; route events travel within the driver. */
    private void deliverRouteEvents() {
        money.router.advance(Duration.ofMillis(100));
    }

    @Test
    void shouldReserveARetryAgain() {
        // Given
        money.router.activate(RouterHarness.card("other", 0.1));
        money.budget(MoneyHarness.budget("acme", 10 * SMALL));
        money.send(Lane.ONLINE, "acme", request("r1"));
        money.advance(SECOND);

        // When
        money.complete(money.dispatched().get(0), CompletionStatus.FAILED, 500, false);
        money.advance(SECOND.multipliedBy(2));

        // Then
        assertThat(money.dispatched()).extracting(Decision::getAttempt).containsExactly(1, 2);
        assertThat(use(money.dispatched().get(1)).getReservedNanos())
                .isEqualTo(money.dispatched().get(0).getReservedCostNanos());
        BudgetGrant last = money.grants().get(money.grants().size() - 1);
        assertThat(last.getSettledNanos()).isEqualTo(500);
        assertThat(last.getCommittedNanos())
                .isEqualTo(500 + money.dispatched().get(1).getReservedCostNanos());
    }

    @Test
    void shouldPriceMoneyWhenMoreIsSpentThanPlannedAndRecordIt() {
        // Given
        money.router.activate(RouterHarness.card("large", 5.0));
        money.router.profile(
                "acme",
                RoutingProfile.newBuilder()
                        .setPolicy("greedy")
                        .setWeights(ObjectiveWeights.newBuilder().build()));
        money.budget(MoneyHarness.budget("acme", 1_000 * SMALL).setTargetNanos(SMALL));

        // When
        for (int i = 0; i < 20; i++) {
            money.send(Lane.ONLINE, "acme", request("r" + i));
            money.advance(SECOND);
        }

        // Then
        Decision first = money.dispatched().get(0);
        Decision last = money.dispatched().get(money.dispatched().size() - 1);
        assertThat(use(first).getPrice()).isZero();
        assertThat(use(last).getPrice()).isPositive();
        Candidate large = last.getCandidates().stream()
                .filter(candidate -> candidate.getModel().equals("large"))
                .findFirst()
                .orElseThrow();
        assertThat(large.getCostScore()).isEqualTo(-use(last).getPrice() * large.getPredictedCostNanos() / 1_000_000.0);
        assertThat(last.getWeights().getCost()).isZero();
        assertThat(last.getModel()).isEqualTo("small");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldNeverCommitMoreThanTheCapUnderBurstsInBothLanes(long seed) {
        // Given
        Random random = new Random(seed);
        long cap = 20 * SMALL;
        money.router.activate(RouterHarness.card("large", 0.3));
        money.budget(MoneyHarness.budget("acme", cap).setAtCap("reject"));
        long settled = 0;
        Set<String> ended = new HashSet<>();
        int next = 0;

        // When
        for (int round = 0; round < 25; round++) {
            for (int burst = random.nextInt(12); burst > 0; burst--) {
                Lane lane = random.nextBoolean() ? Lane.ONLINE : Lane.BATCH;
                money.send(lane, "acme", request("r" + next++));
            }
            for (Decision decision : money.dispatched()) {
                if (!ended.contains(decision.getDecisionId()) && random.nextInt(4) == 0) {
                    long cost = random.nextLong(decision.getReservedCostNanos() + 1);
                    money.complete(decision, CompletionStatus.SUCCESS, cost, false);
                    ended.add(decision.getDecisionId());
                    settled += cost;
                }
            }
            money.advance(SECOND);
            long open = money.dispatched().stream()
                    .filter(decision -> !ended.contains(decision.getDecisionId()))
                    .mapToLong(Decision::getReservedCostNanos)
                    .sum();

            // Then
            assertThat(settled + open).as("after round %d", round).isLessThanOrEqualTo(cap);
        }
        assertThat(settled).as("the cap was put to use").isGreaterThan(cap / 2);
        assertThat(money.kinds(DecisionKind.REJECT)).isNotEmpty();
        money.advance(Duration.ofSeconds(60));
        BudgetGrant last = money.grants().get(money.grants().size() - 1);
        assertThat(last.getCommittedNanos()).isLessThanOrEqualTo(cap);
        assertThat(last.getFreeNanos())
                .as("idle tasks return what they do not use")
                .isEqualTo(cap - last.getCommittedNanos());
    }

    @Test
    void shouldKeepTheLastGoodGrantOnOneThatCannotBeTrusted() {
        // Given
        money.budget(MoneyHarness.budget("acme", 100 * SMALL));
        money.send(Lane.ONLINE, "acme", request("r1"));
        money.advance(SECOND);
        BudgetGrant good = money.grants().get(0);
        String key = "acme/online/0/" + good.getPeriod();

        // When
        for (BudgetGrant bad : List.of(
                BudgetGrant.newBuilder(good).setVersion(99).setPrice(Double.NaN).build(),
                BudgetGrant.newBuilder(good).setVersion(99).setGrantedNanos(-1).build(),
                BudgetGrant.newBuilder(good).setVersion(99).setGrantedNanos(0).build(),
                BudgetGrant.newBuilder(good).setVersion(99).setOwner("beta").build())) {
            money.router.pipe(money.router.topics.budgets(), key, money.router.codec.encode(bad));
        }
        money.router.pipe(money.router.topics.budgets(), key, new byte[] {1, 2, 3});

        // Then
        assertThat(money.router.metrics.value("budgets.rejected")).isEqualTo(5);
        money.send(Lane.ONLINE, "acme", request("r2"));
        money.advance(SECOND);
        assertThat(money.dispatched()).hasSize(2);
    }

    @Test
    void shouldSpendNothingWhileNobodyGrants() {
        // Given
        money.budget(MoneyHarness.budget("acme", 100 * SMALL));

        // When
        money.send(Lane.ONLINE, "acme", request("r1"));
        money.router.advance(Duration.ofSeconds(30));

        // Then
        assertThat(money.dispatched()).isEmpty();
        assertThat(money.router.decisions()).extracting(Decision::getKind).containsExactly(DecisionKind.ACCEPTED);
    }

    @Test
    void shouldForgetAModelThatIsGoneWhileARequestWaits() {
        // Given
        money.budget(MoneyHarness.budget("acme", 100 * SMALL));
        money.send(Lane.ONLINE, "acme", request("r1"));

        // When
        money.router.catalog(
                "model-status",
                "small",
                ModelStatus.newBuilder()
                        .setSlug("small")
                        .setPhase(ModelPhase.DRAINING)
                        .build());
        money.advance(SECOND.multipliedBy(2));

        // Then
        assertThat(money.kinds(DecisionKind.REJECT))
                .singleElement()
                .satisfies(reject -> assertThat(reject.getRejectReason()).isEqualTo("no_active_model"));
    }
}
