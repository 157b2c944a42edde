package io.penstock.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.event.Constraints;
import io.penstock.event.ObjectiveWeights;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HintsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void shouldReadHeadersOverMetadataAndKeepTheRestAsAttributes() {
        // Given
        Map<String, String> headers = Map.of("x-penstock-max-cost", "0.002", "x-penstock-allowed-models", "A, b");
        Map<String, String> metadata = Map.of(
                "penstock_max_cost",
                "9",
                "penstock_deadline_ms",
                "1500",
                "penstock_min_quality",
                "0.7",
                "penstock_session",
                "s1",
                "penstock_weights",
                "quality=1,cost=0.25",
                "team",
                "blue");
        // When
        Hints hints = Hints.of(headers::get, metadata);
        // Then
        Constraints constraints = hints.constraints(null, name -> name.toLowerCase(Locale.ROOT), NOW);
        assertThat(constraints.getMaxCostNanos()).isEqualTo(2_000_000L);
        assertThat(constraints.getDeadline()).isEqualTo(NOW.plusMillis(1500));
        assertThat(constraints.getMinQuality()).isEqualTo(0.7);
        assertThat(constraints.getAllowedModels()).containsExactly("a", "b");
        assertThat(hints.session()).isEqualTo("s1");
        assertThat(hints.weights()).isEqualTo(new ObjectiveWeights(1.0, 0.25, 0.0, 0.0));
        assertThat(hints.attributes()).containsExactly(Map.entry("team", "blue"));
    }

    @Test
    void shouldConstrainNothingUnlessAsked() {
        // Given
        Hints hints = Hints.of(name -> null, Map.of());
        // Then
        assertThat(hints.constraints(null, name -> name, NOW)).isNull();
        assertThat(hints.weights()).isNull();
        assertThat(hints.session()).isNull();
        assertThat(hints.constraints("m", name -> name, NOW).getAllowedModels()).containsExactly("m");
    }

    @ParameterizedTest
    @CsvSource({
        "x-penstock-max-cost, -1",
        "x-penstock-max-cost, 1e9",
        "x-penstock-max-cost, cheap",
        "x-penstock-max-cost, 1.2.3",
        "x-penstock-max-cost, 1000001",
        "x-penstock-deadline-ms, 0",
        "x-penstock-deadline-ms, 604800001",
        "x-penstock-min-quality, 1.1",
        "x-penstock-allowed-models, 'a,,b'",
        "x-penstock-session, a/b",
        "x-penstock-weights, quality",
        "x-penstock-weights, speed=1",
        "x-penstock-weights, 'quality=0,cost=0'",
        "x-penstock-weights, quality=NaN"
    })
    void shouldNameTheHeaderThatIsWrong(String name, String value) {
        // Given
        Hints hints = Hints.of(header -> header.equals(name) ? value : null, Map.of());
        // When
        ApiException error = catchThrowableOfType(ApiException.class, () -> {
            hints.session();
            hints.weights();
            hints.constraints(null, model -> model, NOW);
        });
        // Then
        assertThat(error.status()).isEqualTo(400);
        assertThat(error.error()).containsEntry("param", name);
    }

    @Test
    void shouldRefuseUnknownMetadataOfItsOwnAndAllowedModelsBesideAModel() {
        // Given
        Hints hints = Hints.of(header -> null, Map.of("penstock_allowed_models", "a"));
        // When
        ApiException both = catchThrowableOfType(ApiException.class, () -> hints.constraints("m", model -> model, NOW));
        ApiException unknown = catchThrowableOfType(
                ApiException.class, () -> Hints.of(header -> null, Map.of("penstock_max_costs", "1")));
        // Then
        assertThat(both.error()).containsEntry("param", "metadata.penstock_allowed_models");
        assertThat(unknown.error()).containsEntry("param", "metadata.penstock_max_costs");
        assertThat(unknown).hasMessageContaining("penstock_max_cost,");
    }
}
