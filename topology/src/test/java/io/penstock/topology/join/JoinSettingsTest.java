package io.penstock.topology.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class JoinSettingsTest {
    private static JoinSettings with(Duration parking, Duration feedback, int attempts, double weight) {
        return new JoinSettings(
                parking,
                feedback,
                Duration.ofHours(2),
                Duration.ZERO,
                Duration.ofMillis(50),
                attempts,
                4,
                weight,
                FeedbackTrust.defaults(),
                1000);
    }

    @Test
    void shouldHaveTheDefaultsOfTheDesign() {
        // Given / When
        JoinSettings defaults = JoinSettings.defaults();
        // Then
        assertThat(defaults.parking()).isEqualTo(Duration.ofMinutes(5));
        assertThat(defaults.feedbackHorizon()).isEqualTo(Duration.ofHours(24));
        assertThat(defaults.deduplicationHorizon()).isEqualTo(Duration.ofHours(24));
        assertThat(defaults.clockSkew()).isEqualTo(Duration.ofSeconds(2));
        assertThat(defaults.timerInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(defaults.defaultMaxAttempts()).isEqualTo(3);
        assertThat(defaults.maxAnswerBytes()).isEqualTo(8 * 1024 * 1024 - 256 * 1024);
    }

    @Test
    void shouldRememberForTheLongerHorizon() {
        assertThat(with(Duration.ofMinutes(1), Duration.ofHours(1), 1, 1).horizon())
                .isEqualTo(Duration.ofHours(2));
        assertThat(with(Duration.ofMinutes(1), Duration.ofHours(3), 1, 1).horizon())
                .isEqualTo(Duration.ofHours(3));
    }

    @Test
    void shouldNameTheSettingThatIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(Duration.ZERO, Duration.ofHours(1), 1, 1))
                .withMessage("parking PT0S must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(Duration.ofMinutes(1), Duration.ofHours(1), 0, 1))
                .withMessage("defaultMaxAttempts 0 must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(Duration.ofMinutes(1), Duration.ofHours(1), 1, Double.NaN))
                .withMessage("maxWeight NaN must be at least 1");
    }
}
