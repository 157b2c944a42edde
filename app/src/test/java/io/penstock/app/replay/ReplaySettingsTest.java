package io.penstock.app.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.event.RoutingProfile;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ReplaySettingsTest {
    @Test
    void shouldNameWhatIsWrong() {
        assertThatThrownBy(() -> settings("linear", 0.1, 1)).hasMessageContaining("policy 'linear' is unknown");
        assertThatThrownBy(() -> settings("linucb", Double.NaN, 1)).hasMessageContaining("lambda NaN");
        assertThatThrownBy(() -> settings("linucb", -1, 1)).hasMessageContaining("lambda -1.0");
        assertThatThrownBy(() -> settings("linucb", 0, 0)).hasMessageContaining("in-flight 0 must be at least 1");
    }

    private static ReplaySettings settings(String policy, double lambda, int inFlight) {
        return new ReplaySettings(policy, lambda, 1, OptionalInt.empty(), inFlight, false, 4, null);
    }

    @Test
    void shouldScoreInTheRouterAsInTheReward() {
        // Given
        RecordedOutcomes outcomes = Fixtures.tiny();

        // When
        RoutingProfile profile = ReplayCatalog.profile(outcomes, settings("linucb", 0.25, 1), Map.of());

        // Then
        assertThat(profile.getCostReferenceNanos()).isEqualTo(2_000_000);
        assertThat(profile.getWeights().getQuality()).isEqualTo(1);
        assertThat(profile.getWeights().getCost()).isEqualTo(0.25);
        assertThat(profile.getWeights().getLatency()).isZero();
        assertThat(profile.getPolicyOptions()).isEmpty();
    }

    @Test
    void shouldGiveStaticWeightsToEveryModel() {
        // When
        Map<String, String> options = ReplayCatalog.options(Fixtures.tiny(), settings("static", 0, 1), Map.of());

        // Then
        assertThat(options).isEqualTo(Map.of("good-one", "1", "cheap", "1"));
    }

    @Test
    void shouldRefuseAnOptionThatThePolicyDoesNotKnow() {
        assertThatThrownBy(
                        () -> new ReplaySession(Fixtures.tiny(), settings("linucb", 0, 1), Map.of("temperature", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("temperature");
    }

    @Test
    void shouldMakeTheRoutersKeyFromTheSeed() {
        assertThat(ReplaySession.serverKey(1)).hasSize(64).isNotEqualTo(ReplaySession.serverKey(2));
        assertThat(ReplaySession.serverKey(1)).isEqualTo(ReplaySession.serverKey(1));
    }
}
