package io.penstock.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.penstock.event.Candidate;
import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Decision;
import io.penstock.event.Dispatch;
import io.penstock.event.Escalation;
import io.penstock.event.ModelCard;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.event.RoutingProfile;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole router climbs from the cheapest model to better ones, as long as answers are not sure. */
final class EscalationRouteTest {
    private static final ObjectiveWeights LATER = new ObjectiveWeights(1.0, 0.01, 0.0, 0.0);

    private final RouterHarness router;

    EscalationRouteTest() throws Exception {
        router = new RouterHarness();
    }

    @BeforeEach
    void start() {
        router.profile(
                "default",
                RoutingProfile.newBuilder()
                        .setPolicy("cheapest")
                        .setFallbackModel("weak")
                        .setEscalation(new Escalation("verifier", 0.5, 2, LATER)));
        router.activate(model("cheap", 0.1, 0.5));
        router.activate(model("weak", 0.2, 0.3));
        router.activate(model("dear", 10, 0.9));
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private static ModelCard.Builder model(String slug, double price, double quality) {
        return RouterHarness.card(slug, price).setPriorQuality(quality).setPriorObservations(1000);
    }

    @Test
    void shouldChooseOnlyAmongModelsThatAreExpectedToBeBetter() {
        // Given
        router.send("default", RouterHarness.request("r1"));

        // When
        answer(router.dispatches("cheap").get(0), 0);
        answer(router.dispatches("dear").get(0), 1);

        // Then
        List<Decision> decisions = router.decisions();
        assertThat(decisions).extracting(Decision::getModel).containsExactly("cheap", "dear");
        Decision second = decisions.get(1);
        assertThat(second.getWeights()).isEqualTo(LATER);
        // Harder requests must not teach what is expected of all.
        assertThat(second.getPolicies())
                .extracting(PolicyUse::getScope, PolicyUse::getRole)
                .containsExactly(
                        tuple("tenant/default/escalated", PolicyRole.LEARNS),
                        tuple("tenant/default", PolicyRole.FROZEN));
        assertThat(second.getCandidates().stream()
                        .filter(candidate -> candidate.getFilter() != null)
                        .collect(Collectors.toMap(Candidate::getModel, EscalationRouteTest::objection)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "cheap", "excluded: answered without enough confidence",
                        "weak", "escalation: not expected to be better than cheap"));
        Response response = router.responses("default").get(0);
        assertThat(response.getModel()).isEqualTo("dear");
        assertThat(response.getAttempts()).isEqualTo(2);
    }

    @Test
    void shouldAnswerWithTheSurestWhenNothingBetterIsLeft() {
        // Given
        router.send("default", RouterHarness.request("r1"));

        // When
        answer(router.dispatches("cheap").get(0), 0.4);
        answer(router.dispatches("dear").get(0), 0.2);

        // Then
        assertThat(router.decisions()).extracting(Decision::getModel).containsExactly("cheap", "dear", null);
        Response response = router.responses("default").get(0);
        assertThat(response.getKind()).isEqualTo(ResponseKind.ANSWERED);
        assertThat(response.getModel()).isEqualTo("cheap");
        assertThat(response.getReason()).isEqualTo("low_confidence");
    }

    private static String objection(Candidate candidate) {
        return Objects.requireNonNull(candidate.getFilter()) + ": " + candidate.getFilterDetail();
    }

    private void answer(Dispatch dispatch, double confidence) {
        Completion completion = Completion.newBuilder()
                .setDecisionId(dispatch.getDecisionId())
                .setTenant(dispatch.getTenant())
                .setRequestId(dispatch.getRequestId())
                .setAttempt(dispatch.getAttempt())
                .setModel(dispatch.getModel())
                .setStatus(CompletionStatus.SUCCESS)
                .setAnswer("Paris")
                .setConfidence(Map.of("verifier", confidence))
                .setCostNanos(1000)
                .build();
        router.pipe(
                router.topics.completions(),
                dispatch.getTenant() + "/" + dispatch.getRequestId(),
                router.codec.encode(completion));
    }
}
