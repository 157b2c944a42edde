package io.penstock.app.batch;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A line of a batch file that is not blank. */
public sealed interface BatchLine permits BatchLine.Call, BatchLine.Wrong {
    /** Counted from 1, blank ones too. */
    long number();

    /**
     * A call to be made.
     *
     * @param customId the caller's name for it, once in the file
     * @param body of {@code POST /v1/chat/completions}
     */
    record Call(long number, String customId, JsonNode body) implements BatchLine {
        @Override
        public String toString() {
            return "line " + number;
        }
    }

    /**
     * A line that asks for nothing that can be done.
     *
     * @param customId null if it has none of its own
     * @param code a word to count by
     * @param message names the member and what would be right; no text of the line but names
     */
    record Wrong(long number, @Nullable String customId, String code, String message) implements BatchLine {}
}
