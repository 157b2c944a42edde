package io.penstock.learner.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetPeriodTest {

    @ParameterizedTest
    @CsvSource({
        "PT15S, 2026-11-23T17:59:50Z, 2026-11-23T17:59:45Z, 2026-11-23T18:00:00Z",
        "PT1H, 2026-11-23T17:59:59Z, 2026-11-23T17:00:00Z, 2026-11-23T18:00:00Z",
        "P1D, 2026-11-23T00:00:00Z, 2026-11-23T00:00:00Z, 2026-11-24T00:00:00Z",
        "P1W, 2026-11-22T23:59:59Z, 2026-11-16T00:00:00Z, 2026-11-23T00:00:00Z",
        "P1M, 2026-02-28T23:59:59Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
        "P3M, 2026-12-31T00:00:00Z, 2026-10-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "P1Y, 2024-02-29T12:00:00Z, 2024-01-01T00:00:00Z, 2025-01-01T00:00:00Z",
    })
    void shouldCutTimeIntoPeriods(String text, Instant now, Instant start, Instant end) {
        // When
        Span span = BudgetPeriod.parse(text).at(now.toEpochMilli());

        // Then
        assertThat(Instant.ofEpochMilli(span.start())).isEqualTo(start);
        assertThat(Instant.ofEpochMilli(span.end())).isEqualTo(end);
    }

    @Test
    void shouldNameAPeriodAsAnInterval() {
        // Given
        BudgetPeriod period = BudgetPeriod.parse("P1D");

        // When
        String name =
                period.name(period.at(Instant.parse("2026-11-23T10:00:00Z").toEpochMilli()));

        // Then
        assertThat(name).isEqualTo("2026-11-23T00:00:00Z/P1D");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "day", "P0D", "PT0.5S", "P-1D", "P1M2D", "P121M", "P9999Y", "P4000D", "PT99999999999999999H"
            })
    void shouldSayWhatAPeriodMustBe(String text) {
        assertThatThrownBy(() -> BudgetPeriod.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "period must be whole months up to P120M, or a duration from PT1S to P3660D, like PT1H, P1D, P1W,"
                                + " P1M, but is '" + text + "'");
    }
}
