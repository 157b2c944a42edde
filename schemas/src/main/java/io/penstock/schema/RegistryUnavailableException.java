package io.penstock.schema;

/** The schema registry is down or answers with an error of its own: wait and try again, nothing is wrong with the data. */
public final class RegistryUnavailableException extends RuntimeException {

    public RegistryUnavailableException(String message, Exception cause) {
        super(message, cause);
    }
}
