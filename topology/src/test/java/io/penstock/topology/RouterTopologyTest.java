package io.penstock.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Cancel;
import io.penstock.event.Candidate;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Constraints;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Dispatch;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.event.RoutingProfile;
import io.penstock.event.Rule;
import io.penstock.event.RuleSet;
import io.penstock.learner.Choice;
import io.penstock.topology.enrich.TenantReadiness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouterTopologyTest {
    private RouterHarness router;

    @BeforeEach
    void start() throws Exception {
        router = new RouterHarness();
        router.activate(RouterHarness.card("small", 0.1));
        router.activate(RouterHarness.card("large", 5.0));
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
    }

    @Test
    void shouldAnswerWithTheChosenModelAndLearnFromFeedback() {
        // Given
        router.send("default", RouterHarness.request("r1"));
        Decision decision = router.decisions().get(0);

        // When
        router.complete(dispatch(decision), CompletionStatus.SUCCESS, false);
        router.feedback("default", "r1", 1.0);

        // Then
        Response response = router.responses("default").get(0);
        assertThat(response.getKind()).isEqualTo(ResponseKind.ANSWERED);
        assertThat(response.getAnswer()).isEqualTo("Paris");
        assertThat(response.getModel()).isEqualTo(decision.getModel());
        List<Outcome> outcomes = router.events(Outcome.class, router.topics.outcomes());
        assertThat(outcomes).extracting(Outcome::getKind).containsExactly(OutcomeKind.COMPLETED, OutcomeKind.JUDGED);
        assertThat(outcomes.get(1).getQuality()).isEqualTo(1.0);
        assertThat(outcomes.get(1).getScopes()).containsExactly("tenant/default");
        assertThat(outcomes.get(1).getFeatures().getValues())
                .isEqualTo(decision.getFeatures().getValues());
    }

    @Test
    void shouldRecordEverythingThatLetsTheDecisionBeMadeAgain() {
        // When
        router.send("default", RouterHarness.request("r1"));

        // Then
        Decision decision = router.decisions().get(0);
        assertThat(decision.getKind()).isEqualTo(DecisionKind.DISPATCH);
        assertThat(decision.getPropensity()).isPositive();
        assertThat(decision.getPolicies()).hasSize(1);
        double[] probabilities = decision.getCandidates().stream()
                .mapToDouble(Candidate::getProbability)
                .toArray();
        assertThat(decision.getCandidates()
                        .get(Choice.pick(probabilities, decision.getSeed()))
                        .getModel())
                .isEqualTo(decision.getModel());
    }

    @Test
    void shouldKeepTenantsApart() {
        // When
        router.send("acme", RouterHarness.request("same-id"));
        router.send("other", RouterHarness.request("same-id"));
        router.decisions().forEach(decision -> router.complete(dispatch(decision), CompletionStatus.SUCCESS, false));

        // Then
        assertThat(router.responses("acme")).hasSize(1);
        assertThat(router.responses("other")).hasSize(1);
        assertThat(router.decisions())
                .extracting(decision -> decision.getPolicies().get(0).getScope())
                .containsExactly("tenant/acme", "tenant/other");
    }

    @Test
    void shouldLearnTogetherOnlyWhereAProfileSaysSo() {
        // Given
        router.profile("a", RoutingProfile.newBuilder().setPooling("law"));
        router.profile("b", RoutingProfile.newBuilder().setPooling("global"));
        router.profile("c", RoutingProfile.newBuilder().setPooling("isolated"));

        // When
        for (String tenant : List.of("a", "b", "c", "d")) {
            router.send(tenant, RouterHarness.request("r"));
        }

        // Then
        assertThat(router.decisions())
                .extracting(decision -> decision.getPolicies().get(0).getScope())
                .containsExactly("group/law", "global", "tenant/c", "tenant/d");
    }

    @Test
    void shouldLearnATaskApartWhereTheProfileListsIt() {
        // Given
        router.profile("a", RoutingProfile.newBuilder().setPooling("law").setTasks(List.of("sql")));
        router.profile("b", RoutingProfile.newBuilder().setPooling("law").setTasks(List.of("chat", "sql")));
        router.profile("c", RoutingProfile.newBuilder().setTasks(List.of("sql")));
        Map<String, String> sql = Map.of("task", "sql");

        // When
        for (String tenant : List.of("a", "b", "c", "d")) {
            router.send(tenant, RouterHarness.request("r").setAttributes(sql));
        }

        // Then
        assertThat(router.decisions())
                .extracting(decision -> decision.getPolicies().get(0).getScope())
                .containsExactly("group/law/task-sql", "group/law/task-sql", "tenant/c/task-sql", "tenant/d");
        assertThat(router.metrics.values()).doesNotContainKey("route.unknown-task");
    }

    @Test
    void shouldDecideATaskThatIsNotListedAsNone() {
        // Given
        router.profile("default", RoutingProfile.newBuilder().setTasks(List.of("sql")));

        // When
        router.send("default", RouterHarness.request("r1").setAttributes(Map.of("task", "sqll")));
        router.send("default", RouterHarness.request("r2").setAttributes(Map.of("task", "../other/task-sql")));
        router.send("default", RouterHarness.request("r3"));

        // Then
        assertThat(router.decisions())
                .extracting(decision -> decision.getPolicies().get(0).getScope())
                .containsOnly("tenant/default");
        assertThat(router.metrics.values()).containsEntry("route.unknown-task", 2L);
    }

    @Test
    void shouldKeepATaskOverRetries() {
        // Given
        router.profile("default", RoutingProfile.newBuilder().setTasks(List.of("sql")));
        router.send("default", RouterHarness.request("r1").setAttributes(Map.of("task", "sql")));
        Decision first = router.decisions().get(0);

        // When
        router.complete(router.dispatches(first.getModel()).get(0), CompletionStatus.FAILED, true);

        // Then
        assertThat(router.decisions()).extracting(Decision::getAttempt).containsExactly(1, 2);
        assertThat(router.decisions().get(1).getPolicies().get(0).getScope()).isEqualTo("tenant/default/task-sql");
    }

    @Test
    void shouldDropARepeatedRequestAndRefuseItsIdForAnotherBody() {
        // Given
        router.send("default", RouterHarness.request("r1"));

        // When
        router.send("default", RouterHarness.request("r1").setCreatedAt(RouterHarness.START));
        router.send("default", RouterHarness.request("r1").setPrompt("Something else"));

        // Then
        assertThat(router.decisions()).hasSize(1);
        assertThat(router.metrics.value("route.duplicate")).isEqualTo(1);
        assertThat(router.deadLetterReasons()).containsExactly("id_conflict");
    }

    @Test
    void shouldRecogniseARequestWithinTheHorizonAfterItHasEnded() {
        // Given
        router.send("default", RouterHarness.request("r1"));
        router.complete(dispatch(router.decisions().get(0)), CompletionStatus.SUCCESS, false);
        router.send("default", RouterHarness.request("r2").setPrompt(" "));

        // When
        Instant later = RouterHarness.START.plus(Duration.ofHours(23));
        router.send("default", RouterHarness.request("r1"), later);
        router.send("default", RouterHarness.request("r2").setPrompt(" "), later);
        router.send("default", RouterHarness.request("r1").setPrompt("Something else"), later);

        // Then
        assertThat(router.decisions()).hasSize(2);
        assertThat(router.metrics.value("route.closed")).isEqualTo(1);
        assertThat(router.metrics.value("route.duplicate")).isEqualTo(2);
        assertThat(router.deadLetterReasons()).containsExactly("id_conflict");
    }

    @Test
    void shouldTakeAnIdAgainAfterTheHorizon() {
        // Given
        router.send("default", RouterHarness.request("r1"));
        router.complete(dispatch(router.decisions().get(0)), CompletionStatus.SUCCESS, false);

        // When
        Instant later = RouterHarness.START.plus(Duration.ofHours(25));
        router.send("default", RouterHarness.request("r1").setPrompt("Something else"), later);

        // Then
        assertThat(router.deadLetterReasons()).isEmpty();
        assertThat(router.decisions()).hasSize(2);
    }

    @Test
    void shouldRetryOnAnotherModelAndFailWhenNoneIsLeft() {
        // Given
        router.send("default", RouterHarness.request("r1"));

        // When
        router.complete(dispatch(router.decisions().get(0)), CompletionStatus.FAILED, true);
        router.complete(dispatch(router.decisions().get(1)), CompletionStatus.FAILED, true);

        // Then
        List<Decision> decisions = router.decisions();
        assertThat(decisions).extracting(Decision::getAttempt).containsExactly(1, 2, 3);
        assertThat(decisions.get(1).getModel()).isNotEqualTo(decisions.get(0).getModel());
        assertThat(decisions.get(2).getKind()).isEqualTo(DecisionKind.REJECT);
        assertThat(router.responses("default")).extracting(Response::getKind).containsExactly(ResponseKind.FAILED);
        assertThat(router.driver().getKeyValueStore("route-open-online").get("default/r1"))
                .isNull();
    }

    @Test
    void shouldMakeNoMoreAttemptsThanTheProfileAllows() {
        // Given
        router.profile("default", profile().setMaxAttempts(1));
        router.send("default", RouterHarness.request("r1"));

        // When
        router.complete(dispatch(router.decisions().get(0)), CompletionStatus.FAILED, true);

        // Then
        assertThat(router.decisions())
                .extracting(Decision::getKind)
                .containsExactly(DecisionKind.DISPATCH, DecisionKind.REJECT);
        Response response = router.responses("default").get(0);
        assertThat(response.getKind()).isEqualTo(ResponseKind.FAILED);
        assertThat(response.getDetail()).contains("attempts_exhausted");
    }

    @Test
    void shouldEndACancelledRequestOnce() {
        // Given
        router.send("default", RouterHarness.request("r1"));
        byte[] cancel =
                router.codec.encode(Cancel.newBuilder().setRequestId("r1").build());

        // When
        router.pipe(router.topics.commands("default"), "r1", cancel);
        router.complete(dispatch(router.decisions().get(0)), CompletionStatus.SUCCESS, false);

        // Then
        assertThat(router.responses("default")).extracting(Response::getKind).containsExactly(ResponseKind.CANCELLED);
        assertThat(router.records(router.topics.cancellations())).hasSize(1);
    }

    @Test
    void shouldExpireARequestWhoseAnswerNeverComes() {
        // Given
        router.profile("default", profile().setRequestTimeoutMs(10_000));
        router.send("default", RouterHarness.request("r1"));

        // When
        router.advance(Duration.ofSeconds(30));

        // Then
        assertThat(router.responses("default")).extracting(Response::getKind).containsExactly(ResponseKind.EXPIRED);
    }

    @Test
    void shouldExpireARequestWhoseTimeWasOverBeforeItCouldBeDecided() {
        // Given
        router.profile("default", profile().setRequestTimeoutMs(10_000));
        router.advance(Duration.ofSeconds(30));

        // When
        router.send("default", RouterHarness.request("r1"));

        // Then
        assertThat(router.responses("default")).extracting(Response::getKind).containsExactly(ResponseKind.EXPIRED);
        assertThat(router.decisions()).extracting(Decision::getKind).containsExactly(DecisionKind.REJECT);
    }

    @Test
    void shouldRejectWithEveryFilterNamedWhenNoModelQualifies() {
        // When
        router.send(
                "default",
                RouterHarness.request("r1")
                        .setConstraints(Constraints.newBuilder()
                                .setMaxCostNanos(0L)
                                .setAllowedModels(List.of("small"))
                                .build()));

        // Then
        Response response = router.responses("default").get(0);
        assertThat(response.getKind()).isEqualTo(ResponseKind.REJECTED);
        assertThat(response.getReason()).isEqualTo("no_candidate");
        assertThat(response.getDetail()).contains("allowed-models=1").contains("cost-cap=1");
    }

    @Test
    void shouldUseTheFallbackWhenFiltersLeaveNothing() {
        // Given
        router.profile("default", profile().setFallbackModel("small"));

        // When
        router.send(
                "default",
                RouterHarness.request("r1")
                        .setConstraints(
                                Constraints.newBuilder().setMinQuality(1.0).build()));

        // Then
        assertThat(router.dispatches("small")).hasSize(1);
        assertThat(router.decisions().get(0).getPropensity()).isEqualTo(1.0);
    }

    @Test
    void shouldObeyRulesOfTheCatalog() {
        // Given
        router.catalog(
                "rules",
                "default",
                RuleSet.newBuilder()
                        .setVersion("1")
                        .setRules(List.of(Rule.newBuilder()
                                .setName("cheap-only")
                                .setDenyModels(List.of("large"))
                                .build()))
                        .build());

        // When
        for (int i = 0; i < 20; i++) {
            router.send("default", RouterHarness.request("r" + i));
        }

        // Then
        assertThat(router.dispatches("small")).hasSize(20);
        assertThat(router.decisions().get(0).getRule()).isEqualTo("cheap-only");
    }

    @Test
    void shouldMoveARequestFromTheWrongPartitionAndKeepItsTenant() throws Exception {
        // Given
        try (RouterHarness two = new RouterHarness(
                io.penstock.feature.FeatureExtractors.byName(io.penstock.feature.FeatureSettings.defaults()),
                TenantReadiness.always(),
                2)) {
            two.activate(RouterHarness.card("small", 0.1));

            // When
            for (int i = 0; i < 20; i++) {
                two.send("acme", RouterHarness.request("r" + i));
            }

            // Then
            assertThat(two.metrics.value("enrich.misplaced")).isBetween(1L, 19L);
            assertThat(two.decisions())
                    .hasSize(20)
                    .allMatch(decision -> decision.getTenant().equals("acme"));
        }
    }

    @Test
    void shouldKeepRequestsOfAnIncompleteTenantAsDeadLetters() throws Exception {
        // Given
        TenantReadiness onlyDefault = tenant -> CompletableFuture.completedFuture(tenant.equals("default"));
        try (RouterHarness partial = new RouterHarness(
                io.penstock.feature.FeatureExtractors.byName(io.penstock.feature.FeatureSettings.defaults()),
                onlyDefault,
                1)) {
            partial.activate(RouterHarness.card("small", 0.1));

            // When
            partial.send("halfway", RouterHarness.request("r1"));
            partial.send("default", RouterHarness.request("r1"));

            // Then
            assertThat(partial.deadLetterReasons()).containsExactly("tenant_not_ready");
            assertThat(partial.decisions()).hasSize(1);
        }
    }

    @Test
    void shouldNumberDecisionsInRequestOrder() {
        // When
        for (int i = 0; i < 50; i++) {
            router.send("default", RouterHarness.request("r" + i).setSessionId("s1"));
        }

        // Then
        List<Long> sequences = new ArrayList<>();
        router.decisions().forEach(decision -> sequences.add(decision.getRouteSequence()));
        assertThat(sequences).hasSize(50).isSorted().doesNotHaveDuplicates();
    }

    private static RoutingProfile.Builder profile() {
        return RoutingProfile.newBuilder();
    }

    private Dispatch dispatch(Decision decision) {
        return router.dispatches(decision.getModel()).stream()
                .filter(dispatch -> dispatch.getDecisionId().equals(decision.getDecisionId()))
                .findFirst()
                .orElseThrow();
    }
}
