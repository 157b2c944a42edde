package io.penstock.topology.policy;

/** A record of the policies topic that must not be used; the message names the field, its value and what would be right. */
public final class PolicyRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final PolicyRejection reason;

    PolicyRejectedException(PolicyRejection reason, String message) {
        super(message);
        this.reason = reason;
    }

    public PolicyRejection reason() {
        return reason;
    }
}
