package io.penstock.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Availability;
import io.penstock.event.Candidate;
import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Dispatch;
import io.penstock.event.ErrorClass;
import io.penstock.event.ModelState;
import io.penstock.event.RoutingProfile;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routers and models that no dispatcher can call (fault F15). */
class BreakerFilterTest {
    private RouterHarness router;
    private int sent;

    @BeforeEach
    void start() throws Exception {
        router = new RouterHarness();
        router.profile("default", RoutingProfile.newBuilder().setPolicy("random"));
        router.activate(RouterHarness.card("dead", 0.1));
        router.activate(RouterHarness.card("alive", 5.0));
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
    }

    private void say(String model, Availability availability) {
        ModelState state = ModelState.newBuilder()
                .setModel(model)
                .setAvailability(availability)
                .setValidForMs(7_000)
                .setDispatchers(2)
                .setDispatchersOpen(2)
                .build();
        router.pipe(router.topics.modelState(), model + "/0", router.codec.encode(state));
    }

    private Decision decide() {
        String id = "r" + sent++;
        router.send("default", RouterHarness.request(id));
        List<Decision> all = router.decisions();
        return all.get(all.size() - 1);
    }

    private List<String> choices(int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> decide().getModel())
                .distinct()
                .toList();
    }

    private static Candidate candidate(Decision decision, String model) {
        return decision.getCandidates().stream()
                .filter(one -> one.getModel().equals(model))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldChooseAnotherAndSayWhy() {
        // Given
        assertThat(choices(40)).contains("dead");

        // When
        say("dead", Availability.UNAVAILABLE);

        // Then
        assertThat(choices(40)).containsExactly("alive");
        Candidate dropped = candidate(decide(), "dead");
        assertThat(dropped.getFilter()).isEqualTo("breaker");
        assertThat(dropped.getFilterDetail()).isEqualTo("too many calls failed: 2 of 2 dispatchers do not call it now");
    }

    @Test
    void shouldChooseItAgainWhenItIsBack() {
        // Given
        say("dead", Availability.UNAVAILABLE);
        assertThat(choices(40)).doesNotContain("dead");

        // When
        say("dead", Availability.AVAILABLE);

        // Then
        assertThat(choices(40)).contains("dead");
    }

    @Test
    void shouldForgetWhatTheLearnerSaidWhenItSaysNothingMore() {
        // Given
        say("dead", Availability.UNAVAILABLE);

        // When
        router.advance(Duration.ofSeconds(8));

        // Then
        assertThat(choices(40)).contains("dead");
    }

    @Test
    void shouldTryItWithOneRequestAtATime() {
        // Given
        say("alive", Availability.UNAVAILABLE);
        say("dead", Availability.PROBING);

        // When
        Decision probe = decide();
        Decision behind = decide();
        Dispatch dispatch = router.dispatches("dead").get(0);
        router.complete(dispatch, CompletionStatus.SUCCESS, false);
        Decision next = decide();

        // Then
        assertThat(probe.getModel()).isEqualTo("dead");
        assertThat(behind.getKind()).isEqualTo(DecisionKind.REJECT);
        assertThat(candidate(behind, "dead").getFilter()).isEqualTo("breaker");
        assertThat(next.getModel()).isEqualTo("dead");
    }

    @Test
    void shouldRejectWhenNoModelCanBeCalled() {
        // Given
        say("dead", Availability.UNAVAILABLE);
        say("alive", Availability.UNAVAILABLE);

        // When
        Decision decision = decide();

        // Then
        assertThat(decision.getKind()).isEqualTo(DecisionKind.REJECT);
        assertThat(decision.getRejectReason()).isEqualTo("no_available_model");
        assertThat(decision.getRejectDetail()).isEqualTo("2 models, all dropped: {breaker=2}");
        assertThat(router.responses("default"))
                .singleElement()
                .satisfies(response -> assertThat(response.getReason()).isEqualTo("no_available_model"));
    }

    @Test
    void shouldNotFallBackToAModelThatCannotBeCalled() {
        // Given
        router.profile("default", RoutingProfile.newBuilder().setFallbackModel("dead"));
        say("dead", Availability.UNAVAILABLE);
        say("alive", Availability.UNAVAILABLE);

        // When
        Decision decision = decide();

        // Then
        assertThat(decision.getRejectReason()).isEqualTo("no_available_model");
    }

    @Test
    void shouldRerouteWhatADispatcherTurnedAway() {
        // Given
        say("alive", Availability.UNAVAILABLE);
        decide();
        Dispatch turnedAway = router.dispatches("dead").get(0);
        say("alive", Availability.AVAILABLE);

        // When
        Completion completion = Completion.newBuilder()
                .setDecisionId(turnedAway.getDecisionId())
                .setTenant(turnedAway.getTenant())
                .setRequestId(turnedAway.getRequestId())
                .setAttempt(1)
                .setModel("dead")
                .setStatus(CompletionStatus.NOT_STARTED)
                .setErrorClass(ErrorClass.UNAVAILABLE)
                .setRetryable(true)
                .setCalls(0)
                .build();
        router.pipe(router.topics.completions(), "default/r0", router.codec.encode(completion));

        // Then
        List<Decision> all = router.decisions();
        Decision second = all.get(all.size() - 1);
        assertThat(second.getAttempt()).isEqualTo(2);
        assertThat(second.getModel()).isEqualTo("alive");
        assertThat(candidate(second, "dead").getFilter()).isEqualTo("excluded");
    }
}
