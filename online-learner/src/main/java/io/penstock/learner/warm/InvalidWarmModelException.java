package io.penstock.learner.warm;

/** Bytes that claim to be a {@link WarmModel} are not. */
public final class InvalidWarmModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidWarmModelException(String message) {
        super(message);
    }
}
