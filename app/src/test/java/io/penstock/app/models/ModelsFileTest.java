package io.penstock.app.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.event.CallPolicy;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Endpoint;
import io.penstock.event.ModelCard;
import io.penstock.event.RoutingProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsFileTest {
    private static final String GOOD = """
            models:
              - name: Acme/Chat Large
                url: https://api.example.com/v1
                api-key-env: ACME_KEY
                input-price: 0.15
                output-price: 0.6
                context-window: 128000
                max-output-tokens: 2048
                capabilities: [tools]
                tags: [eu]
                latency: {first-token-ms: 300, ms-per-token: 12}
                max-in-flight: 8
                call-timeout-seconds: 30
                max-calls: 5
                idempotent: true
              - name: small
                slug: tiny
                url: http://127.0.0.1:8000/v1
                input-price: 0
                output-price: 0
            profile:
              policy: linucb
              weights: {quality: 1, cost: 0.1}
              references: {cost-usd: 0.002}
              pooling: shared
              tasks: [sql, chat]
              escalation: {signal: verifier, below: 0.5, weights: {cost: 0.01}}
              request-timeout-seconds: 20
            """;

    @Test
    void shouldMakeCatalogEntriesOfAllFields() {
        // When
        List<CatalogEntry> entries = ModelsFile.parse("m.yaml", GOOD);
        // Then
        assertThat(entries)
                .extracting(CatalogEntry::getKind, CatalogEntry::getId)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("model", "acme-chat-large"),
                        org.assertj.core.groups.Tuple.tuple("model", "tiny"),
                        org.assertj.core.groups.Tuple.tuple("profile", "default"));
        ModelCard card = (ModelCard) entries.get(0).getBody();
        assertThat(card.getName()).isEqualTo("Acme/Chat Large");
        assertThat(card.getBackend()).isEqualTo("openai");
        assertThat(card.getInputNanosPerMillionTokens()).isEqualTo(150_000_000);
        assertThat(card.getOutputNanosPerMillionTokens()).isEqualTo(600_000_000);
        assertThat(card.getEndpoints().get(0).getApiKeyEnv()).isEqualTo("ACME_KEY");
        assertThat(card.getContextWindow()).isEqualTo(128_000);
        assertThat(card.getMaxOutputTokens()).isEqualTo(2048);
        assertThat(card.getCapabilities()).containsExactly("tools");
        assertThat(card.getTags()).containsExactly("eu");
        assertThat(card.getLatencyReference().getMsPerOutputToken()).isEqualTo(12);
        assertThat(card.getMaxInFlight()).isEqualTo(8);
        assertThat(card.getCallTimeoutMs()).isEqualTo(30_000);
        assertThat(card.getCalls()).isEqualTo(new CallPolicy(5, true));
        RoutingProfile profile = (RoutingProfile) entries.get(2).getBody();
        assertThat(profile.getPolicy()).isEqualTo("linucb");
        assertThat(profile.getWeights().getCost()).isEqualTo(0.1);
        assertThat(profile.getCostReferenceNanos()).isEqualTo(2_000_000);
        assertThat(profile.getPooling()).isEqualTo("shared");
        assertThat(profile.getTasks()).containsExactly("sql", "chat");
        assertThat(profile.getRequestTimeoutMs()).isEqualTo(20_000);
    }

    @Test
    void shouldSayWhichModelANewOneIsLike() {
        // Given
        String text = GOOD.replace(
                "    slug: tiny\n", "    slug: tiny\n    similar-to: acme-chat-large\n    similar-observations: 80\n");
        // When
        ModelCard tiny = (ModelCard) ModelsFile.parse("m.yaml", text).get(1).getBody();
        // Then
        assertThat(tiny.getSimilarTo()).isEqualTo("acme-chat-large");
        assertThat(tiny.getSimilarObservations()).isEqualTo(80);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-in-flight: 8      | max-inflight: 8       | line 12 | did you mean 'max-in-flight'?",
                "policy: linucb        | polcy: linucb         | line 22 | did you mean 'policy'?",
                "input-price: 0.15     | input-price: cheap    | line 5  | models[0].input-price",
                "context-window: 128000 | context-window: [1]  | line 7  | models[0].context-window",
                "input-price: 0.15     | input-price: 1e-12    | m.yaml  | at most nine decimals",
                "input-price: 0.15     | input-price: -1       | m.yaml  | input_nanos_per_million_tokens",
                "api-key-env: ACME_KEY | api-key-env: sk-4f/+= | m.yaml  | name of an environment variable",
                "slug: tiny            | slug: acme-chat-large | m.yaml  | two models have the slug",
                "max-calls: 5          | max-calls: 0          | m.yaml  | calls.max_calls",
                "slug: tiny            | slug: Tiny!           | m.yaml  | must be a slug",
                "policy: linucb        | policy: magic         | m.yaml  | magic",
                "tasks: [sql, chat]    | tasks: [sql, Chat]    | m.yaml  | task 'Chat' must be [a-z0-9-]{1,40}",
                "below: 0.5,           | below: high,          | m.yaml  | profile.escalation.below",
                "below: 0.5,           | rungs: 1,             | m.yaml  | escalation.below must be a number",
                "below: 0.5,           | below: 0.5, rungs: 6, | m.yaml  | escalation.rungs",
                "signal: verifier,     | rungs: 1,             | m.yaml  | escalation.signal",
                "max-in-flight: 8      | tags: [twice]         | line 12 | Duplicate field 'tags'"
            })
    void shouldNameFilePlaceAndRemedy(String good, String bad, String place, String reason) {
        // Given
        String text = GOOD.replace(good.trim(), bad.trim());
        // When
        // Then
        assertThatThrownBy(() -> ModelsFile.parse("m.yaml", text))
                .isInstanceOf(ModelsFileException.class)
                .hasMessageContaining("m.yaml")
                .hasMessageContaining(place.trim())
                .hasMessageContaining(reason.trim())
                .message()
                .doesNotContain("\n")
                .doesNotContain("sk-4f");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"''", "profile: {policy: linucb}", "models: []"})
    void shouldWantAtLeastOneModel(String text) {
        assertThatThrownBy(() -> ModelsFile.parse("m.yaml", text))
                .isInstanceOf(ModelsFileException.class)
                .hasMessageContaining("m.yaml");
    }

    @Test
    void shouldNameAMissingField() {
        // Given
        String text = GOOD.replace("    url: https://api.example.com/v1\n", "");
        // When
        // Then
        assertThatThrownBy(() -> ModelsFile.parse("m.yaml", text))
                .isInstanceOf(ModelsFileException.class)
                .hasMessageContaining("'url'");
    }

    @Test
    void shouldTakeSeveralEndpointsWithOneKey() {
        // When
        List<CatalogEntry> entries = ModelsFile.parse(
                "m.yaml",
                GOOD.replace("url: http://127.0.0.1:8000/v1", "urls: [http://127.0.0.1:8000/v1, http://b:8000/v1]"));

        // Then
        ModelCard card = (ModelCard) entries.get(1).getBody();
        assertThat(card.getEndpoints())
                .extracting(Endpoint::getUrl)
                .containsExactly("http://127.0.0.1:8000/v1", "http://b:8000/v1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"urls: []", "urls: [http://a/v1, http://a/v1]", "{url: http://a/v1, urls: [http://b/v1]}"})
    void shouldRefuseUrlsThatAreNotSeveralDifferentOnes(String urls) {
        String both = urls.startsWith("{") ? "url: http://a/v1\n    urls: [http://b/v1]" : urls;
        assertThatThrownBy(() ->
                        ModelsFile.parse("m.yaml", GOOD.replace("    url: http://127.0.0.1:8000/v1", "    " + both)))
                .isInstanceOf(ModelsFileException.class)
                .hasMessageContaining("'urls' must list one or more different URLs, without 'url' beside it");
    }
}
