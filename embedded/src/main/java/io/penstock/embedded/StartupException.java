package io.penstock.embedded;

import org.jspecify.annotations.Nullable;

/**
 * Something outside the program stops the broker or the registry from starting: a used port, a foreign data folder.
 *
 * <p>The message is one sentence for the person at the keyboard; it says what is wrong and what to do. Print it without
 * a stack trace; the cause is for the log.
 */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartupException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }

    StartupException(String sentence) {
        this(sentence, null);
    }
}
