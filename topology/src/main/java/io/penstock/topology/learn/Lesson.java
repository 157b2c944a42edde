package io.penstock.topology.learn;

import io.penstock.learner.Features;
import io.penstock.learner.Observation;
import io.penstock.topology.policy.LearnedKey;

/** What one outcome teaches one key. */
record Lesson(LearnedKey key, Features features, Observation observation) {}
