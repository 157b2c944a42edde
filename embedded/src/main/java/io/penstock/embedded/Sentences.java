package io.penstock.embedded;

import org.jspecify.annotations.Nullable;

/** Makes what an exception says fit into one sentence. */
final class Sentences {
    private static final int LIMIT = 300;

    private Sentences() {}

    /** The innermost cause's message on one line, or its class when it has none. */
    static String of(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; depth < 20 && root.getCause() != null; depth++) {
            root = root.getCause();
        }
        @Nullable String message = root.getMessage();
        if (message == null || message.isBlank()) {
            return root.getClass().getSimpleName();
        }
        String line = message.strip().replaceAll("\\s+", " ");
        line = line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
        return line.length() <= LIMIT ? line : line.substring(0, LIMIT) + "...";
    }
}
