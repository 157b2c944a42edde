package io.penstock.schema;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Money is integer nano-dollars (1e-9 USD); prices are nano-dollars per million tokens. All methods are pure. */
public final class Money {
    private static final long MILLION = 1_000_000L;
    private static final int NANO_DIGITS = 9;
    private static final double NANOS_PER_USD = 1e9;

    private Money() {}

    /**
     * What a call costs, rounded half up once over both parts; {@link Long#MAX_VALUE} if it is more than a long holds.
     *
     * @throws IllegalArgumentException if an argument is negative
     */
    public static long costNanos(long tokensIn, long tokensOut, long inputNanosPerMillion, long outputNanosPerMillion) {
        requireNotNegative("input tokens", tokensIn);
        requireNotNegative("output tokens", tokensOut);
        requireNotNegative("input price", inputNanosPerMillion);
        requireNotNegative("output price", outputNanosPerMillion);
        long high =
                Math.multiplyHigh(tokensIn, inputNanosPerMillion) | Math.multiplyHigh(tokensOut, outputNanosPerMillion);
        long input = tokensIn * inputNanosPerMillion;
        long output = tokensOut * outputNanosPerMillion;
        long limit = (Long.MAX_VALUE - MILLION) / 2;
        if (high == 0 && input >= 0 && output >= 0 && input <= limit && output <= limit) {
            return (input + output + MILLION / 2) / MILLION;
        }
        return bigCost(tokensIn, tokensOut, inputNanosPerMillion, outputNanosPerMillion);
    }

    private static long bigCost(long tokensIn, long tokensOut, long inputPrice, long outputPrice) {
        BigInteger sum = BigInteger.valueOf(tokensIn)
                .multiply(BigInteger.valueOf(inputPrice))
                .add(BigInteger.valueOf(tokensOut).multiply(BigInteger.valueOf(outputPrice)));
        BigInteger cost = sum.add(BigInteger.valueOf(MILLION / 2)).divide(BigInteger.valueOf(MILLION));
        return cost.bitLength() < Long.SIZE ? cost.longValue() : Long.MAX_VALUE;
    }

    /** In dollars, for showing and for scores; never for sums that must be exact. */
    public static double usd(long nanos) {
        return nanos / NANOS_PER_USD;
    }

    /** Exact dollars with at least two decimals: $0.50, $0.001234567, -$1.00. */
    public static String format(long nanos) {
        BigDecimal usd = BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros();
        BigDecimal shown = usd.scale() < 2 ? usd.setScale(2) : usd;
        return (nanos < 0 ? "-$" : "$") + shown.abs().toPlainString();
    }

    private static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " " + value + " must not be negative");
        }
    }
}
