package io.penstock.feature;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an extractor sees of a request: its conversation and whether it offers tools to the model. Immutable; what one pass
 * over its text finds is kept, since signals and extractors ask for the same.
 */
public final class Prompt {
    private final List<Turn> turns;
    private final boolean tools;
    private volatile @Nullable Reading reading;

    /** One pass over the text: the part that is read, and what was counted. */
    record Reading(TextWindow window, LexicalScan scan) {}

    /**
     * A conversation.
     *
     * @param turns the messages, oldest first; may be empty
     * @param tools whether the request declares tools
     */
    public Prompt(List<Turn> turns, boolean tools) {
        this.turns = List.copyOf(turns);
        this.tools = tools;
    }

    /** A single user message without tools. */
    public static Prompt of(String text) {
        return new Prompt(List.of(new Turn("user", text)), false);
    }

    public List<Turn> turns() {
        return turns;
    }

    public boolean tools() {
        return tools;
    }

    /** UTF-16 units of all turns together. */
    public long characters() {
        long sum = 0;
        for (Turn turn : turns) {
            sum += turn.text().length();
        }
        return sum;
    }

    Reading reading() {
        Reading known = reading;
        if (known == null) {
            // Two threads may both read; they find the same.
            TextWindow window = TextWindow.of(this);
            known = new Reading(window, LexicalScan.of(window));
            reading = known;
        }
        return known;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Prompt that && tools == that.tools && turns.equals(that.turns);
    }

    @Override
    public int hashCode() {
        return Objects.hash(turns, tools);
    }

    /** Never shows the text. */
    @Override
    public String toString() {
        return "Prompt[turns=" + turns.size() + ", characters=" + characters() + ", tools=" + tools + "]";
    }
}
