package io.penstock.app.models;

import org.jspecify.annotations.Nullable;

/** A models file cannot be used; the message names file, line, field, value and what would be right. */
public final class ModelsFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ModelsFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
