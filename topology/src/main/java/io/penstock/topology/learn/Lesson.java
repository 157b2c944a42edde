package io.penstock.topology.learn;

import io.penstock.learner.Features;
import io.penstock.learner.Observation;
import io.penstock.topology.policy.LearnedKey;
import java.util.List;

/** What one outcome teaches: the same observation to each key, one for every scope. */
record Lesson(List<LearnedKey> keys, Features features, Observation observation) {
    Lesson {
        keys = List.copyOf(keys);
    }
}
