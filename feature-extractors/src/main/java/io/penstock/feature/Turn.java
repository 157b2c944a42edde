package io.penstock.feature;

import java.util.Objects;

/**
 * One message of a conversation.
 *
 * @param role who speaks, e.g. {@code user}, {@code system}, {@code assistant}, {@code tool}
 * @param text what was said; any characters, also unpaired surrogates
 */
public record Turn(String role, String text) {

    public Turn {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(text, "text");
    }

    /** Never shows the text. */
    @Override
    public String toString() {
        return "Turn[role=" + role.length() + " chars, text=" + text.length() + " chars]";
    }
}
