package io.penstock.topology.join;

import io.penstock.event.Feedback;
import org.jspecify.annotations.Nullable;

/** What feedback must be to move a policy. Checked here again, whatever its producer promised. */
final class FeedbackCheck {
    private static final int MAX_ID_CHARS = 256;
    private static final int MAX_SOURCE_CHARS = 128;

    private FeedbackCheck() {}

    /** What is wrong with it; null if nothing. */
    static @Nullable String problemOf(Feedback feedback) {
        String id = feedback.getFeedbackId();
        if (id.isEmpty() || id.length() > MAX_ID_CHARS || id.codePoints().anyMatch(Character::isISOControl)) {
            return "feedback_id must be 1 to " + MAX_ID_CHARS + " characters without control characters, but has "
                    + id.length() + " characters";
        }
        if (feedback.getSource().length() > MAX_SOURCE_CHARS
                || feedback.getKind().length() > MAX_SOURCE_CHARS) {
            return "source and kind must have at most " + MAX_SOURCE_CHARS + " characters";
        }
        double value = feedback.getValue();
        if (!(value >= 0 && value <= 1)) {
            return "value " + value + " must be in [0, 1]";
        }
        double probability = feedback.getSamplingProbability();
        if (!(probability > 0 && probability <= 1)) {
            return "sampling_probability " + probability + " must be in (0, 1]";
        }
        return null;
    }
}
