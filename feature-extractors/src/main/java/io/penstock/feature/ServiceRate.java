package io.penstock.feature;

/**
 * A moving average of the time one worker spends per record, weighted by records: about the last 64 count. Safe for
 * concurrent use.
 */
final class ServiceRate {
    private static final double KEEP_PER_RECORD = 1 - 1.0 / 64;

    private volatile double recordNanos;

    /** Starts from a guess, so that work is bounded before the first batch is measured. */
    ServiceRate(double initialRecordNanos) {
        recordNanos = initialRecordNanos;
    }

    synchronized void measured(int records, long nanos) {
        double gain = 1 - Math.pow(KEEP_PER_RECORD, records);
        recordNanos += gain * ((double) nanos / records - recordNanos);
    }

    double recordNanos() {
        return recordNanos;
    }
}
