package io.penstock.learner;

import java.util.Objects;

/** One candidate of a decision: the model, what is expected of it, its score, and its predicted cost in nano-dollars. */
public record Arm(String model, Prediction prediction, Utility utility, long costNanos) {

    public Arm {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(prediction, "prediction");
        Objects.requireNonNull(utility, "utility");
        if (costNanos < 0) {
            throw new IllegalArgumentException("costNanos must not be negative, but is " + costNanos);
        }
    }
}
