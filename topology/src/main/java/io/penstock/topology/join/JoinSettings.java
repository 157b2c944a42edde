package io.penstock.topology.join;

import io.penstock.schema.TopicCatalog;
import java.time.Duration;

/**
 * Settings of the join stage.
 *
 * @param parking how long an event of an unknown request, or a completion of an unknown decision, waits for the decision
 *     before it is an orphan; also how long route may take for its next decision after a failed attempt
 * @param feedbackHorizon how long after its answer a request takes feedback
 * @param deduplicationHorizon how long a second decision under the same identity is recognised
 * @param clockSkew how much the clocks of routers and dispatchers may differ
 * @param timerInterval how often due timers are looked for
 * @param defaultMaxAttempts after how many dispatched attempts a request fails
 * @param maxWaiting how many events of one request may wait: feedback before the answer, completions before the decision
 * @param maxWeight largest inverse sampling probability of feedback: a tiny probability must not let one verdict outweigh
 *     all others
 * @param trust how far feedback is trusted
 * @param maxAnswerBytes largest answer (with the request's attributes) that fits into a response
 */
public record JoinSettings(
        Duration parking,
        Duration feedbackHorizon,
        Duration deduplicationHorizon,
        Duration clockSkew,
        Duration timerInterval,
        int defaultMaxAttempts,
        int maxWaiting,
        double maxWeight,
        FeedbackTrust trust,
        long maxAnswerBytes) {
    /** What every record leaves free for keys, headers and its other fields. */
    private static final long RESERVE_BYTES = 256 * 1024L;

    public JoinSettings {
        requirePositive("parking", parking);
        requirePositive("feedbackHorizon", feedbackHorizon);
        requirePositive("deduplicationHorizon", deduplicationHorizon);
        requirePositive("timerInterval", timerInterval);
        if (clockSkew.isNegative()) {
            throw new IllegalArgumentException("clockSkew " + clockSkew + " must not be negative");
        }
        if (defaultMaxAttempts < 1) {
            throw new IllegalArgumentException("defaultMaxAttempts " + defaultMaxAttempts + " must be at least 1");
        }
        if (maxWaiting < 1) {
            throw new IllegalArgumentException("maxWaiting " + maxWaiting + " must be at least 1");
        }
        if (!(maxWeight >= 1)) {
            throw new IllegalArgumentException("maxWeight " + maxWeight + " must be at least 1");
        }
        if (maxAnswerBytes < 1) {
            throw new IllegalArgumentException("maxAnswerBytes " + maxAnswerBytes + " must be at least 1");
        }
    }

    /** Parking 5 min, horizons 24 h, skew 2 s, timers every 100 ms, 3 attempts; sizes from the topic catalogue. */
    public static JoinSettings defaults() {
        return new JoinSettings(
                Duration.ofMinutes(5),
                Duration.ofHours(24),
                Duration.ofHours(24),
                Duration.ofSeconds(2),
                Duration.ofMillis(100),
                3,
                16,
                100,
                FeedbackTrust.defaults(),
                TopicCatalog.load().maxMessageBytes("responses") - RESERVE_BYTES);
    }

    public JoinSettings with(FeedbackTrust other) {
        return new JoinSettings(
                parking,
                feedbackHorizon,
                deduplicationHorizon,
                clockSkew,
                timerInterval,
                defaultMaxAttempts,
                maxWaiting,
                maxWeight,
                other,
                maxAnswerBytes);
    }

    /** How long something is remembered of a closed request. */
    Duration horizon() {
        return feedbackHorizon.compareTo(deduplicationHorizon) >= 0 ? feedbackHorizon : deduplicationHorizon;
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " " + value + " must be positive");
        }
    }
}
