package io.penstock.app.models;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.penstock.connector.openai.OpenAiBackend;
import io.penstock.event.CallPolicy;
import io.penstock.event.Endpoint;
import io.penstock.event.LatencyReference;
import io.penstock.event.ModelCard;
import io.penstock.schema.Keys;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One model of a models file. What is left out has the default of its model card.
 *
 * @param name what the endpoint calls it
 * @param slug names its topics; made of the name if not given
 * @param url base URL of an OpenAI-compatible endpoint, up to and without /chat/completions
 * @param urls base URLs of several such endpoints that serve the same model with the same key, instead of url
 * @param apiKeyEnv name of the environment variable with the key
 * @param inputPrice dollars for a million input tokens
 * @param outputPrice dollars for a million output tokens
 * @param maxCalls calls that one attempt may make
 * @param idempotent whether the endpoint does the work of an Idempotency-Key once
 */
record ModelRow(
        @Nullable String name,
        @Nullable String slug,
        @Nullable String url,
        @Nullable List<String> urls,
        @Nullable String apiKeyEnv,
        @Nullable String provider,
        @Nullable BigDecimal inputPrice,
        @Nullable BigDecimal outputPrice,
        @Nullable Integer contextWindow,
        @Nullable Integer maxOutputTokens,
        @Nullable List<String> capabilities,
        @Nullable List<String> tags,
        @Nullable List<String> tenants,
        @Nullable Latency latency,
        @Nullable Integer maxInFlight,
        @Nullable Integer callTimeoutSeconds,
        @Nullable Double energyJoulesPerToken,
        @Nullable Double priorQuality,
        @Nullable Double priorObservations,
        @Nullable String similarTo,
        @Nullable Double similarObservations,
        @Nullable Integer maxCalls,
        @Nullable Boolean idempotent) {
    private static final int NANO_DIGITS = 9;
    private static final long MILLIS = 1_000;

    /** Latency of an idle endpoint: until the first token, and for each token after it. */
    record Latency(
            @JsonProperty(required = true) double firstTokenMs,
            @JsonProperty(required = true) double msPerToken) {}

    /** @throws IllegalArgumentException naming the field that is missing or wrong */
    ModelCard card() {
        ModelCard.Builder card = ModelCard.newBuilder()
                .setSlug(slug == null ? Keys.slugOf(required("name", name)) : slug)
                .setName(required("name", name))
                .setBackend(OpenAiBackend.NAME)
                .setEndpoints(endpoints())
                .setInputNanosPerMillionTokens(nanos("input-price", inputPrice))
                .setOutputNanosPerMillionTokens(nanos("output-price", outputPrice))
                .setProvider(provider == null ? "" : provider)
                .setCapabilities(orEmpty(capabilities))
                .setTags(orEmpty(tags))
                .setTenants(orEmpty(tenants))
                .setEnergyJoulesPerOutputToken(energyJoulesPerToken)
                .setPriorQuality(priorQuality)
                .setSimilarTo(similarTo);
        setLimits(card);
        card.setCalls(calls());
        return card.build();
    }

    private List<Endpoint> endpoints() {
        if (urls == null) {
            return List.of(new Endpoint(required("url", url), apiKeyEnv, Map.of()));
        }
        if (url != null || urls.isEmpty() || Set.copyOf(urls).size() < urls.size()) {
            throw new IllegalArgumentException("'urls' must list one or more different URLs, without 'url' beside it");
        }
        return urls.stream().map(one -> new Endpoint(one, apiKeyEnv, Map.of())).toList();
    }

    private void setLimits(ModelCard.Builder card) {
        if (latency != null) {
            card.setLatencyReference(new LatencyReference(latency.firstTokenMs(), latency.msPerToken()));
        }
        if (contextWindow != null) {
            card.setContextWindow(contextWindow);
        }
        if (maxOutputTokens != null) {
            card.setMaxOutputTokens(maxOutputTokens);
        }
        if (maxInFlight != null) {
            card.setMaxInFlight(maxInFlight);
        }
        if (callTimeoutSeconds != null) {
            card.setCallTimeoutMs(callTimeoutSeconds * MILLIS);
        }
        if (priorObservations != null) {
            card.setPriorObservations(priorObservations);
        }
        if (similarObservations != null) {
            card.setSimilarObservations(similarObservations);
        }
    }

    private CallPolicy calls() {
        CallPolicy.Builder calls = CallPolicy.newBuilder();
        if (maxCalls != null) {
            calls.setMaxCalls(maxCalls);
        }
        if (idempotent != null) {
            calls.setIdempotent(idempotent);
        }
        return calls.build();
    }

    private static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("'" + field + "' is missing");
        }
        return value;
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }

    private static long nanos(String field, @Nullable BigDecimal given) {
        BigDecimal dollars = required(field, given);
        try {
            return dollars.movePointRight(NANO_DIGITS)
                    .setScale(0, RoundingMode.UNNECESSARY)
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    field + " " + dollars.toPlainString() + " must be dollars with at most nine decimals", e);
        }
    }
}
