package io.penstock.feature;

import java.util.List;

/**
 * What an extractor sees of a request: its conversation and whether it offers tools to the model.
 *
 * @param turns the messages, oldest first; may be empty
 * @param tools whether the request declares tools
 */
public record Prompt(List<Turn> turns, boolean tools) {

    public Prompt {
        turns = List.copyOf(turns);
    }

    /** A single user message without tools. */
    public static Prompt of(String text) {
        return new Prompt(List.of(new Turn("user", text)), false);
    }

    /** UTF-16 units of all turns together. */
    public long characters() {
        long sum = 0;
        for (Turn turn : turns) {
            sum += turn.text().length();
        }
        return sum;
    }

    /** Never shows the text. */
    @Override
    public String toString() {
        return "Prompt[turns=" + turns.size() + ", characters=" + characters() + ", tools=" + tools + "]";
    }
}
