package io.penstock.connector.recorded;

/** Recorded data that cannot be used; the message names the file, the place in it, and what would be right. */
public final class RecordedDataException extends RuntimeException {

    public RecordedDataException(String message) {
        super(message);
    }

    public RecordedDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
