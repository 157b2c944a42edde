package io.penstock.topology.route;

import io.penstock.event.Constraints;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import io.penstock.feature.FeatureVector;
import io.penstock.schema.Identity;
import io.penstock.schema.Money;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to be decided.
 *
 * @param signals named facts; only those that are not 0
 * @param excluded models that failed in earlier attempts, or whose answers were passed over
 * @param unsure the latter; unless there are none, only models that are expected to be better may follow
 * @param now time of the decision, milliseconds
 * @param expiresAt when the request as a whole ends
 */
record RouteRequest(
        Identity identity,
        Lane lane,
        InferenceRequest request,
        FeatureVector features,
        Map<String, Double> signals,
        int inputTokens,
        int attempt,
        Set<String> excluded,
        Set<String> unsure,
        long now,
        long expiresAt) {

    boolean isEscalation() {
        return !unsure.isEmpty();
    }

    @Nullable
    Constraints constraints() {
        return request.getConstraints();
    }

    /** What the answer may have at most on this model. */
    int maxOutputTokens(ModelCard card) {
        Integer asked =
                request.getParameters() == null ? null : request.getParameters().getMaxOutputTokens();
        return asked == null ? card.getMaxOutputTokens() : asked;
    }

    /** What this attempt costs if the answer is as long as it may be. */
    long worstCostNanos(ModelCard card) {
        return Money.costNanos(
                inputTokens,
                maxOutputTokens(card),
                card.getInputNanosPerMillionTokens(),
                card.getOutputNanosPerMillionTokens());
    }

    /** The same if the model counts more input than we do, up to a bound. */
    long worstCostNanos(ModelCard card, long inputBound) {
        return Money.costNanos(
                Math.max(inputTokens, inputBound),
                maxOutputTokens(card),
                card.getInputNanosPerMillionTokens(),
                card.getOutputNanosPerMillionTokens());
    }

    @Override
    public String toString() {
        return "RouteRequest[" + identity.key() + ", attempt " + attempt + "]";
    }
}
