package io.penstock.simulation;

/**
 * How a model behaves at a time.
 *
 * @param present whether the catalog has it
 * @param answer what comes of a call
 * @param quality factor on the expected verdict
 * @param latency factor on the time to the answer
 * @param price factor on its list price, which the catalog shows at once
 */
public record Conduct(boolean present, Answer answer, double quality, double latency, double price) {
    /** What comes of a call. */
    public enum Answer {
        /** An answer. */
        GIVEN,
        /** An error, at once. */
        REFUSED,
        /** Nothing, ever: neither an answer nor an error. */
        LOST
    }

    static final Conduct CALM = new Conduct(true, Answer.GIVEN, 1, 1, 1);
    static final Conduct ABSENT = new Conduct(false, Answer.REFUSED, 1, 1, 1);

    static Conduct answering(Answer answer) {
        return new Conduct(true, answer, 1, 1, 1);
    }

    static Conduct factors(double quality, double latency, double price) {
        return new Conduct(true, Answer.GIVEN, quality, latency, price);
    }
}
