package io.penstock.topology.join;

/** Why a well-formed event went to the dead letters. Made to be written, not thrown: it has no stack trace. */
final class RefusedEventException extends RuntimeException {
    RefusedEventException(String message) {
        super(message, null, false, false);
    }
}
