package io.penstock.topology.learn;

import io.penstock.event.FeatureVector;
import io.penstock.event.Outcome;
import io.penstock.learner.Features;
import io.penstock.learner.Observation;
import io.penstock.learner.warm.WarmResiduals;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyFormat;
import io.penstock.topology.policy.WarmStart;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Checks an outcome and says what it teaches: the same to each scope, to those of a warm model what that has missed. Pure. */
final class OutcomeReader {
    private final @Nullable WarmStart warm;

    /** @param warm null if residuals are not learned */
    OutcomeReader(@Nullable WarmStart warm) {
        this.warm = warm;
    }

    /**
     * Reads an outcome.
     *
     * @return one lesson for each scope but those of other warm models; no two have one key
     * @throws BadOutcomeException if any part of it is not as it must be; then nothing may be learned from it
     */
    List<Lesson> read(Outcome outcome) {
        try {
            Observation observation = observation(outcome);
            FeatureVector vector = require("features", outcome.getFeatures());
            Features features = features(vector);
            Map<LearnedKey, Lesson> lessons = new LinkedHashMap<>();
            for (String scope : scopes(outcome)) {
                Lesson lesson = WarmStart.isResidual(scope)
                        ? residual(scope, outcome, vector, features, observation)
                        : new Lesson(
                                new LearnedKey(scope, outcome.getModel(), vector.getExtractor()),
                                features,
                                observation);
                if (lesson != null && lessons.put(lesson.key(), lesson) != null) {
                    throw new BadOutcomeException("scopes must be distinct, but one is there twice: " + scope);
                }
            }
            return List.copyOf(lessons.values());
        } catch (IllegalArgumentException e) {
            throw new BadOutcomeException(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> scopes(Outcome outcome) {
        if (outcome.getScopes().isEmpty()) {
            throw new BadOutcomeException("scopes must name at least one scope, but is empty");
        }
        return outcome.getScopes();
    }

    /** Null if it is about another warm model than this learner's, or about none of that one's models. */
    private @Nullable Lesson residual(
            String scope, Outcome outcome, FeatureVector vector, Features features, Observation observation) {
        if (warm == null || !warm.isScope(scope) || !warm.suits(vector.getExtractor())) {
            return null;
        }
        OptionalInt index = warm.model().indexOf(outcome.getModel());
        if (index.isEmpty()) {
            return null;
        }
        double predicted = warm.model().predict(features).quality(index.getAsInt());
        return new Lesson(
                new LearnedKey(scope, outcome.getModel(), WarmStart.RESIDUALS),
                WarmResiduals.CONTEXT,
                WarmResiduals.observation(observation, predicted));
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
