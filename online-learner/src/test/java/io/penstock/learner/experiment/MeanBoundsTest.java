package io.penstock.learner.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MeanBoundsTest {

    @Test
    void shouldHoldAtAllTimesAtOnceAsOftenAsTheyPromise() {
        // Given
        int runs = 400;
        int wrong = 0;

        // When
        for (int run = 0; run < runs; run++) {
            SplittableRandom random = new SplittableRandom(run);
            MeanBounds bounds = new MeanBounds(7, 0.95);
            boolean missed = false;
            for (int i = 0; i < 1_000; i++) {
                // Mean 0.105 (off the grid), and rare large numbers, as of a share of one in five.
                bounds.add(random.nextDouble() < 0.2 ? 5 * (random.nextDouble() - 0.395) : 0);
                missed |= bounds.lower() > 0.105 || bounds.upper() < 0.105;
            }
            wrong += missed ? 1 : 0;
        }

        // Then: two bounds, 5 % each
        System.out.println("missed at any time in " + wrong + " of " + runs + " runs");
        assertThat(wrong).isLessThan(runs / 10);
    }

    @Test
    void shouldCloseInOnTheMean() {
        // Given
        SplittableRandom random = new SplittableRandom(5);
        MeanBounds bounds = new MeanBounds(7, 0.95);

        // When
        for (int i = 0; i < 4_000; i++) {
            bounds.add(random.nextDouble() < 0.2 ? 2.5 * random.nextDouble() : 0);
        }

        // Then
        System.out.println(bounds.lower() + " " + bounds.mean() + " " + bounds.upper());
        assertThat(bounds.mean()).isCloseTo(0.25, within(0.03));
        assertThat(bounds.lower()).isBetween(0.15, 0.25);
        assertThat(bounds.upper()).isBetween(0.25, 0.35);
    }

    @Test
    void shouldGoOnFromItsBytes() {
        // Given
        MeanBounds bounds = new MeanBounds(4, 0.9);
        for (int i = 0; i < 50; i++) {
            bounds.add(i % 3 - 0.5);
        }

        // When
        MeanBounds again = MeanBounds.fromBytes(bounds.toBytes());
        bounds.add(1);
        again.add(1);

        // Then
        assertThat(again.lower()).isEqualTo(bounds.lower());
        assertThat(again.upper()).isEqualTo(bounds.upper());
        assertThat(again.mean()).isEqualTo(bounds.mean());
        assertThat(again.count()).isEqualTo(51);
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        MeanBounds bounds = new MeanBounds(2, 0.95);

        assertThatThrownBy(() -> bounds.add(2.5)).hasMessage("a number must be from -2.0 to 2.0, but is 2.5");
        assertThatThrownBy(() -> bounds.add(Double.NaN)).hasMessageContaining("but is NaN");
        assertThatThrownBy(() -> new MeanBounds(2, 1)).hasMessageContaining("confidence must be");
        assertThatThrownBy(() -> MeanBounds.fromBytes(new byte[7])).hasMessageContaining("but have 7");
    }
}
