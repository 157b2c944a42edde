package io.penstock.topology.catalog;

import io.penstock.event.Endpoint;
import io.penstock.event.LatencyReference;
import io.penstock.event.ModelCard;
import io.penstock.schema.Keys;
import java.net.URI;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a model card. */
final class ModelCardCheck {
    static final String RECORDED = "recorded";
    static final String OPENAI = "openai";

    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final Pattern ENVIRONMENT_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    // A million dollars for a million tokens: above any price, small enough that no sum overflows.
    private static final long HIGHEST_PRICE = 1_000_000_000_000_000L;
    /** More would hold out for days against the model's own verdicts. */
    private static final double MOST_SIMILAR = 10_000;

    private static final long LONGEST_CALL_MS = 3_600_000;

    private static final int MOST_CALLS = 100;

    private ModelCardCheck() {}

    static void check(Problems problems, String id, ModelCard card) {
        problems.require(Keys.isSlug(id), "id '" + id + "' must be a slug [a-z0-9-]{1,80}");
        problems.require(id.equals(card.getSlug()), "slug must be " + id + ", but is " + card.getSlug());
        problems.require(!card.getName().isBlank(), "name must be what the endpoint calls the model, but is empty");
        checkPrices(problems, card);
        checkLimits(problems, card);
        checkBackend(problems, card);
        for (String tenant : card.getTenants()) {
            problems.require(Keys.isTenant(tenant), "tenant '" + tenant + "' must be [a-z0-9-]{1,40}");
        }
        for (String capability : card.getCapabilities()) {
            problems.require(!capability.isBlank(), "capabilities must not have an empty one");
        }
    }

    private static void checkPrices(Problems problems, ModelCard card) {
        problems.within("input_nanos_per_million_tokens", card.getInputNanosPerMillionTokens(), 0, HIGHEST_PRICE);
        problems.within("output_nanos_per_million_tokens", card.getOutputNanosPerMillionTokens(), 0, HIGHEST_PRICE);
        checkReference(problems, card.getLatencyReference());
        Double energy = card.getEnergyJoulesPerOutputToken();
        if (energy != null) {
            checkMeasure(problems, "energy_joules_per_output_token", energy);
        }
        Double quality = card.getPriorQuality();
        problems.require(
                quality == null || (quality >= 0 && quality <= 1),
                "prior_quality must be null or from 0 to 1, but is " + quality);
        problems.notNegative("prior_observations", card.getPriorObservations());
        String similar = card.getSimilarTo();
        problems.require(
                similar == null || (Keys.isSlug(similar) && !similar.equals(card.getSlug())),
                "similar_to must be null or the slug [a-z0-9-]{1,80} of another model, but is " + similar);
        double worth = card.getSimilarObservations();
        problems.require(
                worth > 0 && worth <= MOST_SIMILAR,
                "similar_observations must be above 0, at most " + MOST_SIMILAR + ", but is " + worth);
    }

    private static void checkReference(Problems problems, @Nullable LatencyReference reference) {
        if (reference != null) {
            checkMeasure(problems, "latency_reference.first_token_ms", reference.getFirstTokenMs());
            checkMeasure(problems, "latency_reference.ms_per_output_token", reference.getMsPerOutputToken());
        }
    }

    private static void checkMeasure(Problems problems, String field, double value) {
        problems.require(value >= 0 && value <= 1e9, field + " must be from 0 to 1e9, but is " + value);
    }

    private static void checkLimits(Problems problems, ModelCard card) {
        problems.within("context_window", card.getContextWindow(), 0, Integer.MAX_VALUE);
        problems.within("max_output_tokens", card.getMaxOutputTokens(), 1, Integer.MAX_VALUE);
        problems.within("max_in_flight", card.getMaxInFlight(), 1, 1_000_000);
        problems.within("call_timeout_ms", card.getCallTimeoutMs(), 1, LONGEST_CALL_MS);
        problems.within("calls.max_calls", card.getCalls().getMaxCalls(), 1, MOST_CALLS);
    }

    private static void checkBackend(Problems problems, ModelCard card) {
        String backend = card.getBackend();
        problems.require(
                RECORDED.equals(backend) || OPENAI.equals(backend),
                "backend must be recorded or openai, but is '" + backend + "'");
        problems.require(
                !OPENAI.equals(backend) || !card.getEndpoints().isEmpty(),
                "endpoints must have at least one for backend openai, but is empty");
        for (Endpoint endpoint : card.getEndpoints()) {
            problems.require(
                    isHttp(endpoint.getUrl()),
                    "endpoint url must be http://host/... or https://host/... without user information, but is not");
            String variable = endpoint.getApiKeyEnv();
            // The value is not shown: somebody may have put the key itself here.
            problems.require(
                    variable == null || ENVIRONMENT_NAME.matcher(variable).matches(),
                    "api_key_env must be the name of an environment variable, but is not one");
        }
    }

    private static boolean isHttp(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getScheme() != null
                    && SCHEMES.contains(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
