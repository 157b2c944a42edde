package io.penstock.learner.experiment;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A lower and an upper bound of the mean of bounded numbers, each of which holds with the given confidence at all times at
 * once: one may look after every number and stop when one likes. Betting confidence sequences (Waudby-Smith and Ramdas 2024,
 * "Estimating means of bounded random variables by betting"): against each possible mean m plays a gambler whose capital is
 * a martingale if m is true and so, by Ville's inequality, reaches 1/α with probability α at most; an m whose gambler has
 * done so is out for good. Stakes follow the mean and variance so far (their aGRAPA), at most three quarters of what can
 * be lost. Means are compared on a grid of {@value #STEP} from −1 to 1; a bound that was not moved is −1 or 1.
 *
 * <p>Not thread-safe. Numbers must come in the order in which they were drawn, or in one that does not depend on them.
 */
public final class MeanBounds {
    static final double STEP = 0.01;

    private static final int CELLS = 201;
    private static final int FORMAT = 1;
    private static final int HEADER = 1 + 4 * Double.BYTES + Long.BYTES;
    private static final double MOST_AT_STAKE = 0.75;

    private final double largest;
    private final double rejected;
    private final double[] below = new double[CELLS];
    private final double[] above = new double[CELLS];
    private long count;
    private double mean;
    private double squares = 1;

    /**
     * @param largest no number is further from 0
     * @param confidence of each bound, e.g. 0.95; from 0.5 to below 1
     */
    public MeanBounds(double largest, double confidence) {
        if (!(largest > 0 && largest <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("largest must be a finite number above 0, but is " + largest);
        }
        if (!(confidence >= 0.5 && confidence < 1)) {
            throw new IllegalArgumentException("confidence must be from 0.5 to below 1, but is " + confidence);
        }
        this.largest = largest;
        this.rejected = -StrictMath.log(1 - confidence);
    }

    /**
     * Takes the next number.
     *
     * @throws IllegalArgumentException if it is further from 0 than it can be
     */
    public void add(double number) {
        if (!(Math.abs(number) <= largest * (1 + 1e-9))) {
            throw new IllegalArgumentException(
                    "a number must be from " + -largest + " to " + largest + ", but is " + number);
        }
        // What was known before the number: one made-up 0 of variance 1 beside what has come.
        double known = mean;
        double spread = squares / (count + 1);
        for (int i = 0; i < CELLS; i++) {
            double gap = known - cell(i);
            double stake = gap / (spread + gap * gap);
            below[i] = played(below[i], Math.max(0, stake), largest + cell(i), number - cell(i));
            above[i] = played(above[i], Math.max(0, -stake), largest - cell(i), cell(i) - number);
        }
        count++;
        double before = mean;
        mean += (number - mean) / (count + 1);
        squares += (number - before) * (number - mean);
    }

    private double played(double capital, double stake, double mostLost, double gain) {
        if (capital >= rejected) {
            return capital;
        }
        // A mean at the edge leaves nothing to lose.
        double limited = mostLost > 0 ? Math.min(stake, MOST_AT_STAKE / mostLost) : stake;
        return capital + StrictMath.log1p(limited * gain);
    }

    private static double cell(int i) {
        return -1 + i * STEP;
    }

    public long count() {
        return count;
    }

    /** Mean of the numbers; 0 before the first. */
    public double mean() {
        return count == 0 ? 0 : mean * (count + 1) / count;
    }

    /** The mean is not below this. */
    public double lower() {
        int i = 0;
        while (i < CELLS - 1 && below[i] >= rejected) {
            i++;
        }
        return cell(i);
    }

    /** The mean is not above this. */
    public double upper() {
        int i = CELLS - 1;
        while (i > 0 && above[i] >= rejected) {
            i--;
        }
        return cell(i);
    }

    /** Format, largest, confidence, mean, squares, count, then both capitals; big-endian. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(HEADER + 2 * CELLS * Double.BYTES).put((byte) FORMAT);
        out.putDouble(largest)
                .putDouble(rejected)
                .putDouble(mean)
                .putDouble(squares)
                .putLong(count);
        Arrays.stream(below).forEach(out::putDouble);
        Arrays.stream(above).forEach(out::putDouble);
        return out.array();
    }

    /** Reads {@link #toBytes}. */
    public static MeanBounds fromBytes(byte[] bytes) {
        if (bytes.length != HEADER + 2 * CELLS * Double.BYTES || bytes[0] != FORMAT) {
            throw new IllegalArgumentException("bounds must have format " + FORMAT + " and "
                    + (HEADER + 2 * CELLS * Double.BYTES) + " bytes, but have " + bytes.length
                    + ": possible corruption");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        MeanBounds bounds = new MeanBounds(in.getDouble(), 1 - StrictMath.exp(-in.getDouble()));
        bounds.mean = in.getDouble();
        bounds.squares = in.getDouble();
        bounds.count = in.getLong();
        for (int i = 0; i < CELLS; i++) {
            bounds.below[i] = in.getDouble();
        }
        for (int i = 0; i < CELLS; i++) {
            bounds.above[i] = in.getDouble();
        }
        return bounds;
    }
}
