package io.penstock.learner.feedback;

import java.nio.ByteBuffer;

/**
 * Weights for volunteered verdicts, whose chance of being given is not known and depends on what they say. A random share of
 * all answers is audited: a judge says what they are worth. The audited sample tells how good answers are, the volunteered
 * verdicts how those differ who speak up, so a volunteered verdict of class v weighs
 *
 * <pre>w(v) = (share of v among audited answers) / (share of v among volunteered verdicts)</pre>
 *
 * which is, up to a constant, one over the chance that an answer of this class is judged by volunteers. This is
 * post-stratification on the outcome: calibration of a biased sample to a random one (Deville and Särndal 1992, "Calibration
 * estimators in survey sampling"), for data missing not at random. It assumes that within a class volunteers are alike for
 * all models. Audited verdicts weigh 1: both samples then stand for all answers, each verdict is one observation, and
 * uncertainties stay honest, which a weight of one over the audit share would make far too small.
 *
 * <p>Before there are audits, weights are 1: the audited shares start from the volunteered ones, with the worth of
 * {@value #WORTH} audits. Classes are quarters of [0, 1]; weights lie between 1/{@value #LARGEST} and {@value #LARGEST}. Not
 * thread-safe.
 */
public final class VerdictMix {
    /** Size of {@link #toBytes}. */
    public static final int BYTES = 2 * 4 * Double.BYTES;

    private static final int CLASSES = 4;
    private static final double WORTH = 10;
    private static final double LARGEST = 20;

    private final double[] audited = new double[CLASSES];
    private final double[] volunteered = new double[CLASSES];

    /** Takes a verdict from the audited sample. */
    public void audit(double quality) {
        audited[classOf(quality)]++;
    }

    /** Takes a volunteered verdict, and says what it weighs. */
    public double volunteer(double quality) {
        int own = classOf(quality);
        volunteered[own]++;
        double all = sum(volunteered);
        double share = volunteered[own] / all;
        double wanted = (audited[own] + WORTH * share) / (sum(audited) + WORTH);
        return Math.max(1 / LARGEST, Math.min(LARGEST, wanted / share));
    }

    private static int classOf(double quality) {
        if (!(quality >= 0 && quality <= 1)) {
            throw new IllegalArgumentException("quality must be a number from 0 to 1, but is " + quality);
        }
        return Math.min(CLASSES - 1, (int) (quality * CLASSES));
    }

    private static double sum(double[] counts) {
        double sum = 0;
        for (double count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Counts of audited, then of volunteered verdicts by class, big-endian doubles. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        for (int i = 0; i < CLASSES; i++) {
            out.putDouble(i * Double.BYTES, audited[i]).putDouble((CLASSES + i) * Double.BYTES, volunteered[i]);
        }
        return out.array();
    }

    /** @throws IllegalArgumentException if this is not what {@link #toBytes} wrote */
    public static VerdictMix fromBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a verdict mix must have " + BYTES + " bytes, but has " + bytes.length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        VerdictMix mix = new VerdictMix();
        for (int i = 0; i < CLASSES; i++) {
            mix.audited[i] = count(in.getDouble(i * Double.BYTES));
            mix.volunteered[i] = count(in.getDouble((CLASSES + i) * Double.BYTES));
        }
        return mix;
    }

    private static double count(double value) {
        if (!(value >= 0 && value <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("counts of a verdict mix must be at least 0, but one is " + value);
        }
        return value;
    }
}
