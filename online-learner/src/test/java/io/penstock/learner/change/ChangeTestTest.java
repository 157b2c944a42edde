package io.penstock.learner.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeTestTest {
    /** One false alarm in so many values is allowed. */
    private static final double ALLOWED = 1e5;

    private static double binary(RandomGenerator random, double mean) {
        return random.nextDouble() < mean ? 1 : 0;
    }

    @ParameterizedTest(name = "mean {0}")
    @ValueSource(doubles = {0.3, 0.6, 0.9})
    void shouldRaiseAtMostOneFalseAlarmInAHundredThousand(double mean) {
        // Given
        int alarms = 0;
        int values = 0;

        // When
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            ChangeTest test = new ChangeTest();
            for (int i = 0; i < 20_000; i++, values++) {
                alarms += test.add(binary(random, mean)).isPresent() ? 1 : 0;
            }
        }

        // Then
        assertThat(alarms).isLessThanOrEqualTo((int) (values / ALLOWED));
    }

    @ParameterizedTest(name = "from {0} to {1}")
    @CsvSource({"0.7, 0.574", "0.9, 0.738", "0.574, 0.7", "0.6, 0.3"})
    void shouldFindAChangeNearlyAsSoonAsAnyTestCould(double before, double after) {
        // Given
        double bound = Math.log(ALLOWED) / ChangeTest.divergence(after, before);
        int sooner = 0;

        // When
        for (int seed = 0; seed < 41; seed++) {
            Random random = new Random(seed);
            ChangeTest test = new ChangeTest();
            for (int i = 0; i < 4_000; i++) {
                test.add(binary(random, before));
            }
            boolean found = false;
            for (int i = 0; i < 1.5 * bound && !found; i++) {
                found = test.add(binary(random, after)).isPresent();
            }
            sooner += found ? 1 : 0;
        }

        // Then
        assertThat(sooner).as("runs within 1.5 times the bound of %.0f", bound).isGreaterThan(20);
    }

    @Test
    void shouldSayWhereTheChangeWas() {
        // Given
        Random random = new Random(2);
        ChangeTest test = new ChangeTest();
        for (int i = 0; i < 3_000; i++) {
            test.add(binary(random, 0.8));
        }

        // When
        Optional<Shift> shift = Optional.empty();
        int later = 0;
        while (shift.isEmpty()) {
            shift = test.add(binary(random, 0.4));
            later++;
        }

        // Then
        Shift found = shift.orElseThrow();
        assertThat(found.earlier() + found.later()).isEqualTo(3_000 + later);
        assertThat(found.later()).isBetween(later / 2L, 2L * later);
        assertThat(found.before()).isBetween(0.77, 0.83);
        assertThat(found.after()).isLessThan(0.6);
        assertThat(found.mean()).isBetween(0.75, 0.8);
        assertThat(test.count()).isEqualTo(found.later());
    }

    @Test
    void shouldNeedFewerValuesWhereTheyVaryLess() {
        // Given
        int graded = 0;
        int binary = 0;

        // When
        for (int seed = 0; seed < 11; seed++) {
            Random random = new Random(seed);
            graded += pullsUntilFound(() -> 0.85 + 0.1 * random.nextDouble(), () -> 0.65 + 0.1 * random.nextDouble());
            binary += pullsUntilFound(() -> binary(random, 0.9), () -> binary(random, 0.7));
        }

        // Then
        assertThat(graded).isLessThan(binary * 3 / 4);
    }

    private static int pullsUntilFound(DoubleSupplier before, DoubleSupplier after) {
        ChangeTest test = new ChangeTest();
        for (int i = 0; i < 500; i++) {
            test.add(before.getAsDouble());
        }
        int pulls = 1;
        while (test.add(after.getAsDouble()).isEmpty()) {
            pulls++;
        }
        return pulls;
    }

    @Test
    void shouldStaySmallHoweverLongTheSeriesIs() {
        // Given
        ChangeTest test = new ChangeTest();

        // When
        for (int i = 0; i < 1_000_000; i++) {
            test.add(i % 2);
        }

        // Then
        assertThat(test.count()).isEqualTo(1_000_000);
        assertThat(test.bytes()).isLessThan(4_000);
    }

    @Test
    void shouldGoOnAlikeAfterARestore() {
        // Given
        Random random = new Random(4);
        ChangeTest live = new ChangeTest();
        for (int i = 0; i < 1_000; i++) {
            live.add(random.nextDouble());
        }
        ByteBuffer bytes = ByteBuffer.allocate(live.bytes());
        live.write(bytes);

        // When
        ChangeTest restored = ChangeTest.read(bytes.flip());

        // Then
        for (int i = 0; i < 1_000; i++) {
            double value = random.nextDouble() * 0.5;
            assertThat(restored.add(value)).isEqualTo(live.add(value));
        }
    }

    @Test
    void shouldRefuseWhatIsNoValueAndNoState() {
        assertThatThrownBy(() -> new ChangeTest().add(Double.NaN)).hasMessageContaining("but is NaN");
        assertThatThrownBy(() -> ChangeTest.read(ByteBuffer.wrap(new byte[] {0, 0, 0, 1})))
                .hasMessageContaining("must have 0 to 320 runs");
        ByteBuffer bad = ByteBuffer.allocate(28)
                .putInt(1)
                .putLong(1)
                .putDouble(Double.NaN)
                .putDouble(1);
        assertThatThrownBy(() -> ChangeTest.read(bad.flip())).hasMessageContaining("positive count and finite sums");
    }
}
