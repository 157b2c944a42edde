package io.penstock.app;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What went wrong, for the person at the keyboard. */
final class Sentence {
    private Sentence() {}

    /** One line, or as many as the error's own message has; never empty. */
    static String of(Throwable error) {
        Throwable inner = error;
        while (isWrapper(inner) && inner.getCause() != null) {
            inner = inner.getCause();
        }
        String text = inner.getMessage();
        if (text == null || text.isBlank()) {
            return "This failed with " + inner.getClass().getSimpleName() + "; --verbose shows where.";
        }
        String cause = inner instanceof UncheckedIOException ? fileProblem(inner.getCause()) : null;
        String whole = cause == null || text.contains(cause) ? text : text + ": " + cause;
        return isTold(inner)
                ? capital(whole)
                : inner.getClass().getSimpleName() + ": " + whole + " (--verbose shows where)";
    }

    private static boolean isWrapper(Throwable error) {
        return error instanceof ExecutionException || error instanceof CompletionException;
    }

    /** Exceptions whose messages are written for people: Penstock's own, and those that say what was wrong with an argument. */
    private static boolean isTold(Throwable error) {
        return error.getClass().getName().startsWith("io.penstock.")
                || error instanceof IllegalArgumentException
                || error instanceof IllegalStateException
                || error instanceof UncheckedIOException
                || error instanceof org.apache.kafka.common.KafkaException;
    }

    private static @Nullable String fileProblem(@Nullable Throwable cause) {
        if (cause instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "a file of that name is in the way";
        }
        return cause == null ? null : cause.getMessage();
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
