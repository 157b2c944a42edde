package io.penstock.learner;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What stands before the sums in {@link ModelStatistics#toBytes}, where the layout is described. */
record StatisticsHeader(int dimension, Decay decay, long landmark, long latest, long judged, long completed) {
    private static final int PLAIN_BYTES = 4 + 2 + 2 + 8 + 8 + 8;
    private static final int DECAY_BYTES = 8 + 8;

    static int format(Decay decay) {
        return decay.forgets() ? 2 : 1;
    }

    static int sizeInBytes(int dimension, int format) {
        int width = dimension + 1;
        int header = PLAIN_BYTES + (format > 1 ? DECAY_BYTES : 0);
        return header + Double.BYTES * (Moments.doubles(width, 1) + Moments.doubles(width, 2));
    }

    /** How many bytes the snapshot at the start of these has. */
    static int lengthAtStart(byte[] array) {
        requireHeader(array.length);
        ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        int version = Short.toUnsignedInt(bytes.getShort(Integer.BYTES));
        return sizeInBytes(Short.toUnsignedInt(bytes.getShort(Integer.BYTES + Short.BYTES)), version);
    }

    /** Makes the buffer little-endian and leaves it at the place of the sums. */
    void write(ByteBuffer out) {
        int format = format(decay);
        out.order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(ModelStatistics.FAMILY).putShort((short) format).putShort((short) dimension);
        out.putLong(landmark).putLong(judged).putLong(completed);
        if (format > 1) {
            out.putLong(decay.halfLifeMillis()).putLong(latest);
        }
    }

    /**
     * Reads up to the sums.
     *
     * @throws InvalidStatisticsException if this is no header, or the bytes are not as many as it says
     */
    static StatisticsHeader read(ByteBuffer bytes) {
        int length = bytes.remaining();
        requireHeader(length);
        int family = bytes.getInt();
        require(
                family == ModelStatistics.FAMILY,
                String.format("statistics family must be %08x, but is %08x", ModelStatistics.FAMILY, family));
        int version = Short.toUnsignedInt(bytes.getShort());
        require(
                version >= 1 && version <= ModelStatistics.FORMAT_VERSION,
                "statistics format must be from 1 to " + ModelStatistics.FORMAT_VERSION + ", but is " + version);
        int dimension = Short.toUnsignedInt(bytes.getShort());
        require(
                dimension >= 1 && dimension <= Features.MAX_DIMENSION,
                "statistics dimension must be from 1 to " + Features.MAX_DIMENSION + ", but is " + dimension);
        int expected = sizeInBytes(dimension, version);
        require(
                length == expected,
                "statistics of dimension " + dimension + " must be " + expected + " bytes, but are " + length);
        long landmark = bytes.getLong();
        long judged = bytes.getLong();
        long completed = bytes.getLong();
        Decay decay = version > 1 ? decay(bytes.getLong()) : Decay.NONE;
        long latest = version > 1 ? bytes.getLong() : 0;
        StatisticsHeader header = new StatisticsHeader(dimension, decay, landmark, latest, judged, completed);
        header.check();
        return header;
    }

    private void check() {
        require(
                decay.isLandmark(landmark),
                decay.forgets()
                        ? "statistics landmark must be a multiple of " + Decay.PERIOD_HALF_LIVES
                                + " half-lives, but is " + landmark
                        : "statistics landmark must be 0 in format 1, but is " + landmark);
        require(
                latest >= landmark && decay.landmark(latest) == landmark,
                "statistics latest time must be in the period of their landmark " + landmark + ", but is " + latest);
        require(judged >= 0, "judged must not be negative, but is " + judged);
        require(completed >= 0, "completed must not be negative, but is " + completed);
    }

    private static Decay decay(long halfLife) {
        try {
            Decay decay = new Decay(halfLife);
            require(decay.forgets(), "statistics of format 2 must have a half-life, but have none");
            return decay;
        } catch (IllegalArgumentException e) {
            throw new InvalidStatisticsException("statistics " + e.getMessage());
        }
    }

    private static void requireHeader(int length) {
        require(length >= PLAIN_BYTES, "statistics need at least " + PLAIN_BYTES + " bytes, but have " + length);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new InvalidStatisticsException(message);
        }
    }
}
