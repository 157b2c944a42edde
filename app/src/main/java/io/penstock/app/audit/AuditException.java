package io.penstock.app.audit;

/** An audit that cannot be made; the message is one sentence for the person who started it. */
public final class AuditException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public AuditException(String message) {
        super(message);
    }

    public AuditException(String message, Throwable cause) {
        super(message, cause);
    }
}
