package io.penstock.connector.recorded;

import java.util.List;

/**
 * One prompt with what every arm of the pool did on it.
 *
 * @param id unique over all files
 * @param source the file it is from, for example mmlupro
 * @param task the subject or benchmark
 * @param text the prompt
 * @param outcomes one an arm, in the order of {@link RecordedOutcomes#arms()}
 */
public record RecordedPrompt(String id, String source, String task, String text, List<RecordedOutcome> outcomes) {

    public RecordedPrompt {
        outcomes = List.copyOf(outcomes);
    }

    /** Everything but the text. */
    @Override
    public String toString() {
        return "RecordedPrompt[" + id + ", source=" + source + ", task=" + task + ", " + text.length() + " characters, "
                + outcomes.size() + " outcomes]";
    }
}
