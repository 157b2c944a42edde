package io.penstock.learner;

/** Bytes that claim to be {@link ModelStatistics} are not, or do not fit where they were to be used. */
public final class InvalidStatisticsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidStatisticsException(String message) {
        super(message);
    }
}
