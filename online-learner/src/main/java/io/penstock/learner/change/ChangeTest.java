package io.penstock.learner.change;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells whether the mean of a series of numbers has changed, in either direction, knowing neither the mean before nor the one
 * after: the generalised likelihood ratio (Lai 1995, "Sequential changepoint detection in quality control and dynamical
 * systems") for values in [0, 1], in the form of Besson, Kaufmann, Maillard, Seznec 2022, "Efficient change-point detection
 * for tackling piecewise-stationary bandits": an alarm when for some split of the series in n₀ earlier and n₁ later values
 *
 * <pre>n₀·kl(mean₀, mean) + n₁·kl(mean₁, mean) ≥ {@value #THRESHOLD}·φ</pre>
 *
 * with kl the Bernoulli divergence, which serves every law on [0, 1], and φ = 1 for values that are 0 or 1. Graded values
 * vary less: φ is their variance as a share of mean·(1 − mean), the dispersion of Wedderburn 1974, "Quasi-likelihood
 * functions", but at least {@value #LEAST_DISPERSION}, since rare bad values hide from a variance. No test with one false alarm in A values finds a change sooner than after
 * about log(A) / kl(after, before) values (Lorden 1971, "Procedures for reacting to a change in distribution").
 *
 * <p>Values are kept as sums over runs whose lengths double with their age, at most {@value #RUNS} of a length (Datar, Gionis,
 * Indyk, Motwani 2002, "Maintaining stream statistics over sliding windows"), so that memory and work grow with the logarithm
 * of the series, and a split lies within an eighth of where it should. Values outside [0, 1] are allowed if their means are
 * inside. Deterministic; not thread-safe.
 */
public final class ChangeTest {

    /** One false alarm in more than 10⁵ values; measured, see docs/learning.md. */
    public static final double THRESHOLD = 12.5;

    private static final int RUNS = 8;
    private static final int RUN_BYTES = Long.BYTES + 2 * Double.BYTES;

    /** Beyond this, counts would not fit; no series is so long. */
    private static final int MAX_RUNS = RUNS * 40;

    /** Fewer values on one side of a split say too little about what their mean was. */
    private static final long FEWEST = 4;

    private static final double EDGE = 1e-6;

    private static final double LEAST_DISPERSION = 0.5;

    /** Values that φ = 1 is worth before the data say otherwise. */
    private static final double DISPERSION_WORTH = 50;

    /** Oldest first. */
    private final long[] counts = new long[MAX_RUNS + 1];

    private final double[] sums = new double[MAX_RUNS + 1];
    private final double[] squares = new double[MAX_RUNS + 1];
    private int size;

    /** Takes the next value; an alarm forgets what was before the change, and the series goes on from there. */
    public Optional<Shift> add(double value) {
        if (!(Math.abs(value) <= 1e6)) {
            throw new IllegalArgumentException("value must be a number from -1e6 to 1e6, but is " + value);
        }
        counts[size] = 1;
        sums[size] = value;
        squares[size++] = value * value;
        merge();
        int split = split();
        if (split < 0) {
            return Optional.empty();
        }
        Shift shift = shift(split);
        drop(split);
        return Optional.of(shift);
    }

    /** How many values the series has. */
    public long count() {
        long all = 0;
        for (int i = 0; i < size; i++) {
            all += counts[i];
        }
        return all;
    }

    /** Joins the two oldest runs of a length when there are too many of it, and so on to longer ones. */
    private void merge() {
        int end = size;
        while (end > RUNS && counts[end - 1 - RUNS] == counts[end - 1]) {
            int first = end - 1 - RUNS;
            counts[first] += counts[first + 1];
            sums[first] += sums[first + 1];
            squares[first] += squares[first + 1];
            int rest = size - first - 2;
            System.arraycopy(counts, first + 2, counts, first + 1, rest);
            System.arraycopy(sums, first + 2, sums, first + 1, rest);
            System.arraycopy(squares, first + 2, squares, first + 1, rest);
            size--;
            end = first + 1;
        }
    }

    /** The split with the largest ratio, as the first run after it; −1 if none reaches the threshold. */
    private int split() {
        long n = 0;
        double total = 0;
        double square = 0;
        for (int i = 0; i < size; i++) {
            n += counts[i];
            total += sums[i];
            square += squares[i];
        }
        double mean = inside(total / n);
        double best = THRESHOLD * dispersion(n, total, square);
        int found = -1;
        long later = 0;
        double laterSum = 0;
        for (int i = size - 1; i > 0; i--) {
            later += counts[i];
            laterSum += sums[i];
            long earlier = n - later;
            if (later >= FEWEST && earlier >= FEWEST) {
                double ratio = ratio(earlier, (total - laterSum) / earlier, later, laterSum / later, mean, best);
                found = ratio >= best ? i : found;
                best = Math.max(best, ratio);
            }
        }
        return found;
    }

    private static double dispersion(long n, double total, double square) {
        double mean = total / n;
        double binary = mean * (1 - mean);
        double seen = binary > EDGE ? Math.max(0, square / n - mean * mean) / binary : 1;
        double shrunk = (n * seen + DISPERSION_WORTH) / (n + DISPERSION_WORTH);
        return Math.max(LEAST_DISPERSION, Math.min(1, shrunk));
    }

    /** The likelihood ratio, or 0 where a bound on it says that it is below what is wanted: logarithms are dear. */
    private static double ratio(
            long earlier, double meanBefore, long later, double meanAfter, double mean, double wanted) {
        double before = inside(meanBefore);
        double after = inside(meanAfter);
        // kl(p, q) ≤ (p − q)² / (q·(1 − q))
        double bound = (earlier * (before - mean) * (before - mean) + later * (after - mean) * (after - mean))
                / (mean * (1 - mean));
        return bound < wanted ? 0 : earlier * divergence(before, mean) + later * divergence(after, mean);
    }

    private Shift shift(int split) {
        long earlier = 0;
        double earlierSum = 0;
        for (int i = 0; i < split; i++) {
            earlier += counts[i];
            earlierSum += sums[i];
        }
        long later = 0;
        double laterSum = 0;
        for (int i = split; i < size; i++) {
            later += counts[i];
            laterSum += sums[i];
        }
        return new Shift(earlier, later, earlierSum / earlier, laterSum / later);
    }

    private void drop(int runs) {
        System.arraycopy(counts, runs, counts, 0, size - runs);
        System.arraycopy(sums, runs, sums, 0, size - runs);
        System.arraycopy(squares, runs, squares, 0, size - runs);
        size -= runs;
    }

    /** kl(p, q) in nats of two Bernoulli laws, means outside (0, 1) moved to its edge. StrictMath: the same everywhere. */
    public static double divergence(double p, double q) {
        double a = inside(p);
        double b = inside(q);
        return a * StrictMath.log(a / b) + (1 - a) * StrictMath.log((1 - a) / (1 - b));
    }

    private static double inside(double mean) {
        return Math.max(EDGE, Math.min(1 - EDGE, mean));
    }

    /** Size of {@link #write}. */
    public int bytes() {
        return Integer.BYTES + size * RUN_BYTES;
    }

    /** The number of runs, then count, sum and sum of squares of each, oldest first. */
    public void write(ByteBuffer out) {
        out.putInt(size);
        for (int i = 0; i < size; i++) {
            out.putLong(counts[i]).putDouble(sums[i]).putDouble(squares[i]);
        }
    }

    /** @throws IllegalArgumentException if this is not what {@link #write} wrote */
    public static ChangeTest read(ByteBuffer in) {
        int size = in.remaining() < Integer.BYTES ? -1 : in.getInt();
        if (size < 0 || size > MAX_RUNS || (long) size * RUN_BYTES > in.remaining()) {
            throw new IllegalArgumentException("a change test must have 0 to " + MAX_RUNS + " runs of " + RUN_BYTES
                    + " bytes, but has " + size + " and " + in.remaining() + " bytes");
        }
        ChangeTest test = new ChangeTest();
        test.size = size;
        for (int i = 0; i < size; i++) {
            test.counts[i] = in.getLong();
            test.sums[i] = in.getDouble();
            test.squares[i] = in.getDouble();
            if (test.counts[i] < 1 || !Double.isFinite(test.sums[i]) || !Double.isFinite(test.squares[i])) {
                throw new IllegalArgumentException(
                        "run " + i + " of a change test must have a positive count and finite sums," + " but has "
                                + test.counts[i] + ", " + test.sums[i] + " and " + test.squares[i]);
            }
        }
        return test;
    }
}
