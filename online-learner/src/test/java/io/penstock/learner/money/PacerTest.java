package io.penstock.learner.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withPrecision;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacerTest {
    private static final Span HOUR = new Span(0, 3_600_000);

    @Test
    void shouldStayAtPriceZeroWhileThePlanIsNotReached() {
        // Given
        Pacer pacer = Pacer.start(0);

        // When
        for (int second = 1; second <= 3600; second++) {
            pacer = pacer.advance(HOUR, SpendPlan.LINEAR, 1_000_000, second * 200.0, second * 1000L);
        }

        // Then
        assertThat(pacer.price()).isZero();
    }

    @Test
    void shouldRaiseThePriceWithoutAnyFeedbackOrSettlement() {
        // Given
        PacedSpend spend = PacedSpend.NONE.reserve(100_000);

        // When
        Pacer pacer = Pacer.start(0).advance(HOUR, SpendPlan.LINEAR, 1_000_000, spend.expectedNanos(1), 60_000);

        // Then
        assertThat(pacer.price()).isPositive();
    }

    @Test
    void shouldLowerThePriceWhenLessIsSpentThanPlanned() {
        // Given
        Pacer dear = new Pacer(2, 0, 0, 0);

        // When
        Pacer later = dear.advance(HOUR, SpendPlan.LINEAR, 1_000_000, 1_000, 120_000);

        // Then
        assertThat(later.price()).isLessThan(dear.price());
    }

    @Test
    void shouldNotCarryThePriceOfAnExhaustedTargetIntoTheNextPeriod() {
        // Given
        Pacer pacer = new Pacer(0, 0, 0, 0);
        pacer = pacer.advance(HOUR, SpendPlan.LINEAR, 1_000_000, 1_100_000, 1_800_000);
        for (int second = 1801; second <= 3600; second++) {
            pacer = pacer.advance(
                    HOUR, SpendPlan.LINEAR, 1_000_000, 1_100_000 + 400.0 * (second - 1800), second * 1000L);
        }

        // When
        Pacer next = pacer.next(3_600_000);

        // Then
        assertThat(pacer.logPrice()).isEqualTo(Pacer.HIGHEST);
        assertThat(next.logPrice()).isLessThanOrEqualTo(1);
    }

    @Test
    void shouldIgnoreATimeBeforeItsLast() {
        // Given
        Pacer pacer = new Pacer(1, 5_000, 10, 0);

        // When
        Pacer same = pacer.advance(HOUR, SpendPlan.LINEAR, 1_000, 500, 4_999);

        // Then
        assertThat(same).isEqualTo(pacer);
    }

    @Test
    void shouldCorrectWhatIsUnsettledByHowFarPredictionsWereOff() {
        // Given
        PacedSpend spend = PacedSpend.NONE.reserve(3_000_000).settle(1_000_000, 2_000_000);

        // Then
        assertThat(spend.expectedNanos(1)).isEqualTo(6_000_000, withPrecision(10.0));
        assertThat(PacedSpend.NONE.reserve(500).expectedNanos(10)).isEqualTo(500);
        assertThat(PacedSpend.NONE.reserve(500).settle(500, 0).ratio(1e-9)).isEqualTo(0.01);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 0.999, 1})
    void shouldPlanEveryMomentAlikeUnlessDemandIsKnown(double over) {
        assertThat(SpendPlan.LINEAR.left(over)).isEqualTo(1 - over, withPrecision(1e-12));
    }

    @Test
    void shouldPlanAsDemandWasSpreadBefore() {
        // Given
        List<Long> morning = new ArrayList<>(Collections.nCopies(SpendPlan.BINS, 0L));
        for (int bin = 0; bin < SpendPlan.BINS / 2; bin++) {
            morning.set(bin, 7L);
        }

        // When
        SpendPlan plan = SpendPlan.following(morning);

        // Then
        assertThat(plan.left(0)).isEqualTo(1, withPrecision(1e-12));
        assertThat(plan.left(0.5)).isEqualTo(0.01, withPrecision(1e-12));
        assertThat(plan.left(1)).isZero();
    }
}
