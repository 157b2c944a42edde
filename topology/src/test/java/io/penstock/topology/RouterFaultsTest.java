package io.penstock.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.event.Candidate;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Decision;
import io.penstock.event.Dispatch;
import io.penstock.event.ModelPhase;
import io.penstock.event.ModelStatus;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.PolicyUse;
import io.penstock.event.ResponseKind;
import io.penstock.event.RoutingProfile;
import io.penstock.learner.Features;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.schema.Keys;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a router does when policies, models and prices are not there, too many, or change under way (faults F20 to F22). */
class RouterFaultsTest {
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private RouterHarness router;
    private int sent;
    private long passed;

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
    void shouldDecideByPriorsAndSaySoWhenNothingIsLearned() {
        // When
        Decision decision = decide();

        // Then
        assertThat(decision.getPolicies())
                .extracting(PolicyUse::getScope, PolicyUse::getOffset)
                .containsExactly(Tuple.tuple("tenant/default", -1L));
        assertThat(decision.getCandidates())
                .hasSize(2)
                .allMatch(candidate -> candidate.getEvidence() == 0)
                .allMatch(candidate -> candidate.getProbability() > 0);
    }

    @Test
    void shouldFindItsOwnPolicyAmongAHundredThousand() {
        // Given
        for (int tenant = 0; tenant < 100_000; tenant++) {
            publish(new LearnedKey("tenant/t" + tenant, "small", "other"), 1, judged(2, 1, 0.5), 0);
        }
        assertThat(router.metrics.value("policy.applied")).isEqualTo(100_000);

        // When
        teach("small", 1, 100, 0.9, 0);
        teach("large", 1, 100, 0.1, 0);

        // Then
        Decision decision = decide();
        assertThat(decision.getPolicies().get(0).getOffset()).isEqualTo(100_001);
        assertThat(candidate(decision, "small").getPredictedQuality())
                .isGreaterThan(candidate(decision, "large").getPredictedQuality() + 0.2);
    }

    @Test
    void shouldEndWhatIsInFlightAndChooseARemovedModelNeverAgain() {
        // Given
        Decision inFlight = decide();
        String removed = inFlight.getModel();

        // When
        router.catalog(
                "model-status",
                removed,
                ModelStatus.newBuilder()
                        .setSlug(removed)
                        .setPhase(ModelPhase.DRAINING)
                        .build());
        List<Decision> after = IntStream.range(0, 50).mapToObj(i -> decide()).toList();
        router.complete(dispatch(inFlight), CompletionStatus.SUCCESS, false);

        // Then
        assertThat(after).extracting(Decision::getModel).doesNotContain(removed).doesNotContainNull();
        assertThat(candidate(after.get(0), removed).getFilter()).isEqualTo("inactive");
        assertThat(router.responses("default"))
                .filteredOn(response -> response.getRequestId().equals(inFlight.getRequestId()))
                .singleElement()
                .satisfies(response -> {
                    assertThat(response.getKind()).isEqualTo(ResponseKind.ANSWERED);
                    assertThat(response.getModel()).isEqualTo(removed);
                });
    }

    @Test
    void shouldUseANewPriceAtTheNextDecision() {
        // Given
        RoutingProfile.Builder profile = RoutingProfile.newBuilder();
        profile.getWeightsBuilder().setCost(0.1);
        router.profile("default", profile);
        Candidate before = candidate(decide(), "large");

        // When
        router.catalog("model", "large", RouterHarness.card("large", 2.5).build());
        Candidate after = candidate(decide(), "large");

        // Then
        assertThat((double) after.getPredictedCostNanos()).isCloseTo(before.getPredictedCostNanos() / 2.0, within(1.0));
        assertThat(after.getUtility()).isGreaterThan(before.getUtility());
    }

    @Test
    void shouldServeTheLastPolicyWhileTheLearnerIsDownAndTheNewestAfterwards() {
        // Given
        teach("small", 1, 50, 0.9, 0);
        assertThat(decide().getPolicies().get(0).getOffset()).isZero();

        // When
        router.advance(Duration.ofMillis(HOUR));
        passed = HOUR;
        Decision stale = decide();

        // Then
        assertThat(stale.getPolicies().get(0).getOffset()).isZero();
        assertThat(router.metrics.value("policy.newest-published-ms")).isEqualTo(RouterHarness.START.toEpochMilli());

        // When
        teach("small", 51, 60, 0.2, HOUR);

        // Then
        Decision fresh = decide();
        assertThat(fresh.getPolicies().get(0).getOffset()).isEqualTo(1);
        assertThat(candidate(fresh, "small").getPredictedQuality())
                .isLessThan(candidate(stale, "small").getPredictedQuality());
        assertThat(router.metrics.value("policy.newest-published-ms"))
                .isEqualTo(RouterHarness.START.toEpochMilli() + HOUR);
    }

    private Decision decide() {
        String id = "r" + sent++;
        router.send("default", RouterHarness.request(id), RouterHarness.START.plusMillis(passed));
        return router.decisions().stream()
                .filter(decision -> decision.getRequestId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private Dispatch dispatch(Decision decision) {
        return router.dispatches(decision.getModel()).stream()
                .filter(dispatch -> dispatch.getDecisionId().equals(decision.getDecisionId()))
                .findFirst()
                .orElseThrow();
    }

    private static Candidate candidate(Decision decision, String model) {
        return decision.getCandidates().stream()
                .filter(candidate -> candidate.getModel().equals(model))
                .findFirst()
                .orElseThrow();
    }

    /** Publishes that a model was judged so often, so well, with the features of this router. */
    private void teach(String model, long version, int verdicts, double quality, long later) {
        Decision any = decide();
        LearnedKey key =
                new LearnedKey("tenant/default", model, any.getFeatures().getExtractor());
        publish(key, version, judged(any.getFeatures().getDimension(), verdicts, quality), later);
    }

    private void publish(LearnedKey key, long version, ModelStatistics statistics, long later) {
        Instant at = RouterHarness.START.plusMillis(later);
        PolicySnapshot snapshot = PolicyFormat.encode(key, 0, version, statistics, at);
        router.pipe(
                router.topics.policies(),
                Keys.policyKey(key.scope(), key.model(), 0, key.extractor()),
                router.codec.encode(snapshot),
                at);
    }

    private static ModelStatistics judged(int dimension, int verdicts, double quality) {
        ModelStatistics statistics = ModelStatistics.empty(dimension);
        for (int i = 0; i < verdicts; i++) {
            statistics.apply(Features.of(new float[dimension]), new Observation.Judged(1, quality));
        }
        return statistics;
    }
}
