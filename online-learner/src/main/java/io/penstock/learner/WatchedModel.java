package io.penstock.learner;

import io.penstock.learner.change.ChangeTest;
import io.penstock.learner.change.Shift;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sums of one model in one shard, and the watch over them: each first verdict, less what the prompt explains, goes into a
 * {@link ChangeTest}. On an alarm the level of all that was learned is moved to that of the verdicts since the change, and its
 * weight reduced to theirs: what is known of the contexts stays, what is believed of the mean is new, and uncertainty is as
 * large as it should be. Decisions made before the alarm and judged later count as little.
 *
 * <p>What the prompt explains comes from a ridge regression on the model's own sums, fitted anew every {@value #REFIT}
 * verdicts: a policy that learns which prompts to send to a model changes the mean of its verdicts, but not the model.
 *
 * <p>A pure function of the order of its observations; {@link #apply} is the only operation that changes state, live and on
 * restore. Not thread-safe.
 */
public final class WatchedModel {
    private static final short FORMAT_VERSION = 1;

    private static final int REFIT = 64;
    private static final double SLOPE_RIDGE = 100;

    /** Verdicts that the old evidence stays worth at least. */
    private static final long FEWEST_KEPT = 16;

    private static final int MOST_CHANGES = 16;
    private static final double LEAST_SHARE = 0x1p-40;
    private static final int CHANGE_BYTES = 5 * Long.BYTES;

    private final ModelStatistics statistics;
    private ChangeTest test = new ChangeTest();
    /** Coefficients of (1, x); empty before there is a fit. */
    private double[] explained = {};

    private List<Change> changes = List.of();
    private long latest;
    private int unfitted;

    private WatchedModel(ModelStatistics statistics) {
        this.statistics = statistics;
    }

    /** Nothing seen. */
    public static WatchedModel empty(int dimension, Decay decay) {
        return new WatchedModel(ModelStatistics.empty(dimension, decay));
    }

    /** Sums that nobody has watched so far; they become the new object's. */
    public static WatchedModel watching(ModelStatistics statistics) {
        return new WatchedModel(statistics);
    }

    /**
     * Adds one observation.
     *
     * @param millis as in {@link ModelStatistics#apply(Features, Observation, long)}
     * @return the change that this verdict gave away
     */
    public Optional<Change> apply(Features features, Observation observation, long millis) {
        double share = share(millis);
        latest = Math.max(latest, millis);
        statistics.apply(features, share == 1 ? observation : observation.times(share), millis);
        if (share < 1 || !(observation instanceof Observation.Judged verdict)) {
            return Optional.empty();
        }
        Optional<Shift> shift = test.add(verdict.quality() - explainedBy(features));
        refit();
        return shift.map(this::respond);
    }

    private double share(long millis) {
        double share = 1;
        for (Change change : changes) {
            share *= millis < change.at() ? change.kept() : 1;
        }
        return Math.max(LEAST_SHARE, share);
    }

    private double explainedBy(Features features) {
        double sum = 0;
        if (explained.length > 0) {
            double[] x = features.withBias();
            for (int i = 0; i < x.length; i++) {
                sum += explained[i] * x[i];
            }
        }
        return sum;
    }

    private void refit() {
        if (++unfitted >= REFIT) {
            unfitted = 0;
            explained = ContextEffect.of(statistics, SLOPE_RIDGE);
        }
    }

    private Change respond(Shift shift) {
        double kept = 1;
        long worth = Math.max(FEWEST_KEPT, shift.later());
        while (kept > LEAST_SHARE && kept * (shift.earlier() + shift.later()) > worth) {
            kept /= 2;
        }
        Change change = new Change(latest + 1, shift.before(), shift.after(), shift.later(), kept);
        statistics.shift(shift.after() - shift.mean(), kept);
        List<Change> all = new ArrayList<>(changes);
        all.add(change);
        changes = List.copyOf(all.subList(Math.max(0, all.size() - MOST_CHANGES), all.size()));
        return change;
    }

    public ModelStatistics statistics() {
        return statistics;
    }

    /** The latest change, if there was one. */
    public Optional<Change> lastChange() {
        return changes.isEmpty() ? Optional.empty() : Optional.of(changes.get(changes.size() - 1));
    }

    /** Decisions before this were made by a model that has changed since; 0 = it has not. */
    public long changedAt() {
        return lastChange().map(Change::at).orElse(0L);
    }

    /**
     * The statistics in their own format, then big-endian: format version (short), latest time (long), verdicts since the last
     * fit (int), the fit (its length, then doubles), the changes (their number, then each), the change test.
     */
    public byte[] toBytes() {
        byte[] sums = statistics.toBytes();
        int size = sums.length
                + Short.BYTES
                + Long.BYTES
                + 3 * Integer.BYTES
                + explained.length * Double.BYTES
                + changes.size() * CHANGE_BYTES
                + test.bytes();
        ByteBuffer out = ByteBuffer.allocate(size).put(sums).putShort(FORMAT_VERSION);
        out.putLong(latest).putInt(unfitted).putInt(explained.length);
        for (double coefficient : explained) {
            out.putDouble(coefficient);
        }
        out.putInt(changes.size());
        for (Change change : changes) {
            out.putLong(change.at()).putDouble(change.before()).putDouble(change.after());
            out.putLong(change.verdicts()).putDouble(change.kept());
        }
        test.write(out);
        return out.array();
    }

    /**
     * Reads {@link #toBytes}, or statistics alone: then the watch begins there.
     *
     * @throws InvalidStatisticsException if it is neither
     */
    public static WatchedModel fromBytes(byte[] bytes) {
        int length = StatisticsHeader.lengthAtStart(bytes);
        byte[] sums = new byte[Math.min(length, bytes.length)];
        ByteBuffer in = ByteBuffer.wrap(bytes).get(sums);
        WatchedModel model = new WatchedModel(ModelStatistics.fromBytes(sums));
        if (in.hasRemaining()) {
            try {
                model.read(in);
            } catch (IllegalArgumentException | BufferUnderflowException e) {
                throw new InvalidStatisticsException("the watch over statistics cannot be read: " + e.getMessage());
            }
        }
        return model;
    }

    private void read(ByteBuffer in) {
        short version = in.getShort();
        if (version != FORMAT_VERSION) {
            throw new IllegalArgumentException("format must be " + FORMAT_VERSION + ", but is " + version);
        }
        latest = in.getLong();
        unfitted = in.getInt();
        int length = in.getInt();
        if (length != 0 && length != statistics.dimension() + 1) {
            throw new IllegalArgumentException(
                    "the fit must have 0 or " + (statistics.dimension() + 1) + " coefficients, but has " + length);
        }
        explained = new double[length];
        for (int i = 0; i < length; i++) {
            explained[i] = Checks.finite("coefficient", in.getDouble());
        }
        int count = in.getInt();
        if (count < 0 || count > MOST_CHANGES) {
            throw new IllegalArgumentException("changes must be 0 to " + MOST_CHANGES + ", but are " + count);
        }
        List<Change> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new Change(
                    in.getLong(),
                    in.getDouble(),
                    in.getDouble(),
                    in.getLong(),
                    Checks.within("kept", in.getDouble(), LEAST_SHARE, 1)));
        }
        changes = List.copyOf(all);
        test = ChangeTest.read(in);
    }
}
