package io.penstock.topology.learn;

import io.penstock.event.FeatureVector;
import io.penstock.event.Outcome;
import io.penstock.learner.Features;
import io.penstock.learner.Observation;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks an outcome and says what it teaches. Pure. */
final class OutcomeReader {
    private OutcomeReader() {}

    /** @throws BadOutcomeException if any part of it is not as it must be; then nothing may be learned from it */
    static Lesson read(Outcome outcome) {
        try {
            Observation observation = observation(outcome);
            FeatureVector vector = require("features", outcome.getFeatures());
            Features features = features(vector);
            return new Lesson(keys(outcome, vector.getExtractor()), features, observation);
        } catch (IllegalArgumentException e) {
            throw new BadOutcomeException(String.valueOf(e.getMessage()));
        }
    }

    private static List<LearnedKey> keys(Outcome outcome, String extractor) {
        Set<LearnedKey> keys = new LinkedHashSet<>();
        for (String scope : outcome.getScopes()) {
            if (!keys.add(new LearnedKey(scope, outcome.getModel(), extractor))) {
                throw new BadOutcomeException("scopes must be distinct, but one is there twice: " + scope);
            }
        }
        if (keys.isEmpty()) {
            throw new BadOutcomeException("scopes must name at least one scope, but is empty");
        }
        return List.copyOf(keys);
    }

    private static Features features(FeatureVector vector) {
        int bytes = vector.getValues().remaining();
        if ((long) vector.getDimension() * Float.BYTES != bytes) {
            throw new BadOutcomeException(
                    "features of dimension " + vector.getDimension() + " must have 4 bytes each, but have " + bytes);
        }
        Features features = Features.fromBytes(vector.getValues());
        if (!PolicyFormat.fits(features.dimension())) {
            throw new BadOutcomeException("features must be few enough for a snapshot of " + PolicyFormat.MAX_BYTES
                    + " bytes, but are " + features.dimension());
        }
        return features;
    }

    private static Observation observation(Outcome outcome) {
        double weight = outcome.getWeight();
        return switch (outcome.getKind()) {
            case COMPLETED -> new Observation.Completed(weight, outcome.getOutputTokens(), outcome.getLatencyMs());
            case JUDGED -> new Observation.Judged(weight, require("quality", outcome.getQuality()));
            case CORRECTED ->
                new Observation.Corrected(
                        weight,
                        require("replaced_quality", outcome.getReplacedQuality()),
                        require("quality", outcome.getQuality()));
            case CENSORED -> throw new IllegalStateException("a censored outcome teaches nothing");
        };
    }

    private static <T> T require(String field, @Nullable T value) {
        if (value == null) {
            throw new BadOutcomeException(field + " must be there for this kind of outcome, but is null");
        }
        return value;
    }
}
