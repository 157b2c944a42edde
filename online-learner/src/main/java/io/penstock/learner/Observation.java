package io.penstock.learner;

/**
 * One observed fact about one attempt; each changes a model's sums once. There are two clocks: what is known when the
 * model answers, and what is known when somebody judges the answer, which may be much later or never.
 */
public sealed interface Observation {

    /** The most an observation can weigh. */
    double MAX_WEIGHT = 1024;

    /** How much the observation counts; 1 for an ordinary one. In (0, {@value #MAX_WEIGHT}]. */
    double weight();

    /** The same, counting that much as often. */
    Observation times(double factor);

    /**
     * The attempt ended with an answer.
     *
     * @param outputTokens length of the answer, 0 to 1e9
     * @param latencyMillis time from dispatch to the whole answer, 0 to 1e9
     */
    record Completed(double weight, double outputTokens, double latencyMillis) implements Observation {
        public Completed {
            checkWeight(weight);
            Checks.within("outputTokens", outputTokens, 0, 1e9);
            Checks.within("latencyMillis", latencyMillis, 0, 1e9);
        }

        @Override
        public Observation times(double factor) {
            return new Completed(weight * factor, outputTokens, latencyMillis);
        }
    }

    /**
     * The answer was judged for the first time.
     *
     * @param quality 0 (useless) to 1 (right)
     */
    record Judged(double weight, double quality) implements Observation {
        public Judged {
            checkWeight(weight);
            Checks.within("quality", quality, 0, 1);
        }

        @Override
        public Observation times(double factor) {
            return new Judged(weight * factor, quality);
        }
    }

    /**
     * A later verdict replaces an earlier one. {@code Judged(w, a)} followed by {@code Corrected(w, a, b)} leaves
     * exactly the sums of {@code Judged(w, b)}.
     */
    record Corrected(double weight, double oldQuality, double newQuality) implements Observation {
        public Corrected {
            checkWeight(weight);
            Checks.within("oldQuality", oldQuality, 0, 1);
            Checks.within("newQuality", newQuality, 0, 1);
        }

        @Override
        public Observation times(double factor) {
            return new Corrected(weight * factor, oldQuality, newQuality);
        }
    }

    private static void checkWeight(double weight) {
        Checks.positive("weight", weight);
        Checks.within("weight", weight, 0, MAX_WEIGHT);
    }
}
