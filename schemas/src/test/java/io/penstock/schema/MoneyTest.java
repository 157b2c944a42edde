package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MoneyTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0, 0",
        "1000, 500, 2500000000, 10000000000, 7500000",
        "1, 0, 499999, 0, 0",
        "1, 0, 500000, 0, 1",
        "1, 1, 250000, 250000, 1",
        "1, 1, 250000, 249999, 0",
        "9223372036854775807, 0, 1000000, 0, 9223372036854775807",
        "9223372036854775807, 9223372036854775807, 1000000, 1000000, 9223372036854775807",
        "9223372036854775807, 0, 500000, 0, 4611686018427387904",
    })
    void shouldRoundHalfUpOnceAndSaturate(long in, long out, long inPrice, long outPrice, long cost) {
        assertThat(Money.costNanos(in, out, inPrice, outPrice)).isEqualTo(cost);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldEqualExactArithmetic(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            long in = random.nextLong() >>> (1 + random.nextInt(62));
            long out = random.nextLong() >>> (1 + random.nextInt(62));
            long inPrice = random.nextLong() >>> (1 + random.nextInt(62));
            long outPrice = random.nextLong() >>> (1 + random.nextInt(62));
            BigDecimal exact = BigDecimal.valueOf(in)
                    .multiply(BigDecimal.valueOf(inPrice))
                    .add(BigDecimal.valueOf(out).multiply(BigDecimal.valueOf(outPrice)))
                    .movePointLeft(6)
                    .setScale(0, RoundingMode.HALF_UP)
                    .min(BigDecimal.valueOf(Long.MAX_VALUE));
            assertThat(Money.costNanos(in, out, inPrice, outPrice))
                    .as("seed %d draw %d", seed, i)
                    .isEqualTo(exact.longValueExact());
        }
    }

    @Test
    void shouldNameTheNegativeArgument() {
        assertThatThrownBy(() -> Money.costNanos(1, -2, 3, 4)).hasMessage("output tokens -2 must not be negative");
        assertThatThrownBy(() -> Money.costNanos(1, 2, -3, 4)).hasMessage("input price -3 must not be negative");
    }

    @ParameterizedTest
    @CsvSource({
        "0, $0.00",
        "1, $0.000000001",
        "500000000, $0.50",
        "1234567, $0.001234567",
        "12000000000, $12.00",
        "-1000000000, -$1.00",
        "-9223372036854775808, -$9223372036.854775808",
    })
    void shouldFormatExactDollars(long nanos, String text) {
        assertThat(Money.format(nanos)).isEqualTo(text);
    }

    @Test
    void shouldConvertToDollars() {
        assertThat(Money.usd(2_500_000_000L)).isEqualTo(2.5);
    }
}
