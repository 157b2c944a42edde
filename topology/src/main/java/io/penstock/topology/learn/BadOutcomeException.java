package io.penstock.topology.learn;

/** An outcome that nothing can be learned from; the message names the field, its value and what would be right. */
final class BadOutcomeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadOutcomeException(String message) {
        super(message);
    }
}
