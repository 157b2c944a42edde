package io.penstock.connector.recorded;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A verifier of stated accuracy for recorded answers: it says 1 of an answer that is right (quality of 0.5 or more) and 0 of
 * one that is not, and errs with the rest of its accuracy, either way alike. The same answer gets the same verdict.
 *
 * @param accuracy from 0.5 (knows nothing) to 1 (never errs)
 * @param seed another for other errors
 */
public record RecordedVerifier(double accuracy, long seed) {
    /** Name of its verdict among the confidence signals of an answer. */
    public static final String SIGNAL = "verifier";

    private static final double RIGHT = 0.5;
    private static final double RANGE = 1L << 32;

    public RecordedVerifier {
        if (!(accuracy >= 0.5 && accuracy <= 1)) {
            throw new IllegalArgumentException("verifier accuracy " + accuracy + " must be from 0.5 to 1");
        }
    }

    /** 1 = the answer is said to be right, 0 = wrong. */
    double verdict(String promptId, String model, double quality) {
        CRC32C hash = new CRC32C();
        hash.update((seed + "/" + promptId + '/' + model).getBytes(StandardCharsets.UTF_8));
        boolean errs = hash.getValue() / RANGE >= accuracy;
        return (quality >= RIGHT) == errs ? 0 : 1;
    }
}
