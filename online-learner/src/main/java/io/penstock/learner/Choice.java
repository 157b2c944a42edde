package io.penstock.learner;

import java.util.Arrays;

/**
 * A choice together with the whole distribution it was drawn from. Immutable.
 *
 * <p>The draw: the seed goes through the finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable
 * pseudorandom number generators"), whose upper 53 bits are one uniform number in [0, 1); the first index whose
 * cumulative probability exceeds it is chosen. So seed and probabilities, both in the decision record, give the choice
 * again.
 */
public final class Choice {

    private static final double SUM_TOLERANCE = 1e-9;

    private final int index;
    private final double[] probabilities;

    private Choice(int index, double[] probabilities) {
        this.index = index;
        this.probabilities = probabilities;
    }

    /** Draws from the probabilities, which must be non-negative and sum to 1 within 1e-9. */
    public static Choice draw(double[] probabilities, long seed) {
        double[] own = probabilities.clone();
        return new Choice(pick(own, seed), own);
    }

    /** The index that {@link #draw} chooses; for audits that decide again from a decision record. */
    public static int pick(double[] probabilities, long seed) {
        check(probabilities);
        double uniform = uniform(seed);
        double cumulative = 0;
        int last = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > 0) {
                last = i;
                cumulative += probabilities[i];
                if (uniform < cumulative) {
                    return i;
                }
            }
        }
        // Rounding can leave the sum a hair below 1; the last possible arm takes the rest.
        return last;
    }

    private static double uniform(long seed) {
        long z = seed + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 11) * 0x1p-53;
    }

    private static void check(double[] probabilities) {
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            double probability = probabilities[i];
            // Checked here too, so that the name is made only for a failure.
            if (!(probability >= 0 && probability <= 1 + SUM_TOLERANCE)) {
                Checks.within("probability " + i, probability, 0, 1 + SUM_TOLERANCE);
            }
            sum += probability;
        }
        Checks.within("sum of probabilities", sum, 1 - SUM_TOLERANCE, 1 + SUM_TOLERANCE);
    }

    public int index() {
        return index;
    }

    /** Probability of the chosen arm; above 0. */
    public double propensity() {
        return probabilities[index];
    }

    public double probability(int arm) {
        return probabilities[arm];
    }

    public int size() {
        return probabilities.length;
    }

    /** A copy of the distribution. */
    public double[] probabilities() {
        return probabilities.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Choice that && index == that.index && Arrays.equals(probabilities, that.probabilities);
    }

    @Override
    public int hashCode() {
        return 31 * index + Arrays.hashCode(probabilities);
    }

    @Override
    public String toString() {
        return "Choice[" + index + " of " + Arrays.toString(probabilities) + "]";
    }
}
