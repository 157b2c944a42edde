package io.penstock.topology.enrich;

import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.feature.FeatureVector;
import io.penstock.feature.Signals;
import io.penstock.schema.Identity;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A request with everything a decision needs of it.
 *
 * @param raw the request as it was read, Confluent-framed
 * @param extractor hash of the extractor behind {@code features}
 * @param requestTime broker time, milliseconds
 * @param refusal null, or why it must be rejected; features are then degraded
 */
public record EnrichedRequest(
        Identity identity,
        Lane lane,
        InferenceRequest request,
        Bytes raw,
        Bytes bodyHash,
        String routingKey,
        FeatureVector features,
        String extractor,
        Signals signals,
        Source source,
        long requestTime,
        @Nullable Refusal refusal) {

    /** Where the request was read. */
    public record Source(String topic, int partition, long offset) {}

    /** Estimated tokens of the prompt. */
    public int inputTokens() {
        return (int) Math.min(Integer.MAX_VALUE, signals.getOrDefault("tokens", 0));
    }

    /** Never shows the text. */
    @Override
    public String toString() {
        return "EnrichedRequest[" + identity.key() + "]";
    }
}
