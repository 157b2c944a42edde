package io.penstock.app.aptitude;

import io.penstock.event.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One prompt of a probe set, and where known the right answer.
 *
 * @param id of the set's own; unique in it
 * @param prompt null if there are messages
 * @param messages empty if there is a prompt
 * @param expected the right answer; null = somebody else must judge
 * @param choices the answers that were offered; the last one that the text names counts. Empty = the whole text counts
 * @param recordedId of a recorded prompt, whose verdict the recordings give; null = none
 */
public record Probe(
        String id,
        @Nullable String prompt,
        List<Message> messages,
        @Nullable String expected,
        List<String> choices,
        @Nullable String recordedId) {

    /** @throws IllegalArgumentException naming what is wrong, without text of the prompt */
    public Probe {
        messages = List.copyOf(messages);
        choices = List.copyOf(choices);
        require(!id.isBlank(), "id is missing");
        require((prompt == null) != messages.isEmpty(), "either prompt or messages must be there, and not both");
        require(
                choices.isEmpty() || (expected != null && choices.contains(expected)),
                "expected must be one of choices");
        Set<String> distinct = new HashSet<>(choices);
        require(
                distinct.size() == choices.size() && choices.stream().noneMatch(String::isBlank),
                "choices must be distinct and not empty");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** 1 if an answer is right, 0 if not; empty if the probe does not know. */
    public OptionalDouble grade(String answer) {
        if (expected == null) {
            return OptionalDouble.empty();
        }
        String given = choices.isEmpty() ? answer.strip() : lastChoice(answer);
        String right = choices.isEmpty() ? expected.strip() : expected;
        return OptionalDouble.of(right.equals(given) ? 1 : 0);
    }

    /** The choice that stands last in a text as a word of its own; upper and lower case are alike if no two choices are. */
    private @Nullable String lastChoice(String answer) {
        Set<String> folded = new HashSet<>();
        choices.forEach(choice -> folded.add(choice.toLowerCase(Locale.ROOT)));
        int flags = folded.size() == choices.size() ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0;
        String last = null;
        int end = -1;
        for (String choice : choices) {
            Matcher matcher = Pattern.compile(
                            "(?<![\\p{L}\\p{N}])" + Pattern.quote(choice) + "(?![\\p{L}\\p{N}])", flags)
                    .matcher(answer);
            while (matcher.find()) {
                if (matcher.end() > end || (matcher.end() == end && last != null && choice.length() > last.length())) {
                    end = matcher.end();
                    last = choice;
                }
            }
        }
        return last;
    }

    /** Without the text. */
    @Override
    public String toString() {
        return "Probe[" + id + "]";
    }
}
