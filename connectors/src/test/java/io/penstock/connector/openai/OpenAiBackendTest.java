package io.penstock.connector.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.connector.BackendAnswer;
import io.penstock.connector.Samples;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Dispatch;
import io.penstock.event.Endpoint;
import io.penstock.event.Message;
import io.penstock.event.ModelCard;
import io.penstock.event.Parameters;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire, and what comes back when all is well. */
class OpenAiBackendTest {
    static final String JSON = "Content-Type: application/json\r\n";
    static final String GOOD = """
            {"id":"x","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Four."}}],
             "usage":{"prompt_tokens":1000,"completion_tokens":2000,"total_tokens":3000}}""";

    private final OpenAiBackend backend =
            new OpenAiBackend(100_000, Map.of("ACME_KEY", "sk-secret\n")::get, InstantSource.fixed(Samples.NOW));

    @AfterEach
    void close() {
        backend.close();
    }

    private static ModelCard.Builder card(FakeEndpoint endpoint) {
        return Samples.card("m")
                .setName("maker/m-1")
                .setEndpoints(List.of(new Endpoint(endpoint.url() + "/", "ACME_KEY", Map.of("X-Team", "blue"))));
    }

    private static JsonNode body(FakeEndpoint endpoint) throws IOException {
        return new ObjectMapper().readTree(endpoint.calls.get(0).body());
    }

    private BackendAnswer call(Dispatch.Builder dispatch, ModelCard.Builder card) {
        return backend.call(dispatch.build(), card.build()).join();
    }

    @Test
    void shouldReadAnswerUsageAndCost() {
        // Given
        try (FakeEndpoint endpoint = new FakeEndpoint(FakeEndpoint.answers(200, JSON, GOOD))) {

            // When
            BackendAnswer answer =
                    call(Samples.dispatch("m", "r1"), card(endpoint).setEnergyJoulesPerOutputToken(0.25));

            // Then
            assertThat(answer.status()).isEqualTo(CompletionStatus.SUCCESS);
            assertThat(answer.answer()).isEqualTo("Four.");
            assertThat(answer.finishReason()).isEqualTo("stop");
            assertThat(answer.usage().inputTokens()).isEqualTo(1000);
            assertThat(answer.usage().outputTokens()).isEqualTo(2000);
            assertThat(answer.usage().costNanos()).isEqualTo(100_000 + 600_000);
            assertThat(answer.usage().energyJoules()).isEqualTo(500);
            assertThat(answer.usage().latencyMs()).isPositive();
            assertThat(answer.inDoubt()).isFalse();
            assertThat(answer.endpoint()).isEqualTo(endpoint.url() + "/chat/completions");
        }
    }

    @Test
    void shouldSendPromptLimitsKeyAndHeaders() throws IOException {
        // Given
        try (FakeEndpoint endpoint = new FakeEndpoint(FakeEndpoint.answers(200, JSON, GOOD))) {

            // When
            call(Samples.dispatch("m", "r1"), card(endpoint));

            // Then
            FakeEndpoint.Call call = endpoint.calls.get(0);
            assertThat(call.head()).startsWith("POST /v1/chat/completions HTTP/1.1\r\n");
            assertThat(call.header("Authorization")).isEqualTo("Bearer sk-secret");
            assertThat(call.header("Idempotency-Key")).isEqualTo("key-r1");
            assertThat(call.header("X-Team")).isEqualTo("blue");
            assertThat(call.header("Upgrade")).isEmpty();
            JsonNode body = body(endpoint);
            assertThat(body.get("model").textValue()).isEqualTo("maker/m-1");
            assertThat(body.get("messages").toString())
                    .isEqualTo("[{\"role\":\"user\",\"content\":\"" + Samples.SECRET_TEXT + "\"}]");
            assertThat(body.get("max_tokens").intValue()).isEqualTo(100);
            assertThat(body.get("stream").booleanValue()).isFalse();
            assertThat(body.has("logprobs")).isFalse();
        }
    }

    @Test
    void shouldPassMessagesAndParametersOn() throws IOException {
        // Given
        Parameters parameters = Parameters.newBuilder()
                .setMaxOutputTokens(40)
                .setTemperature(0.5)
                .setTopP(0.9)
                .setSeed(7L)
                .setStop(List.of("END"))
                .setTools("[{\"type\":\"function\"}]")
                .setExtra("{\"tool_choice\":\"required\",\"model\":\"other\",\"stream\":true,\"seed\":8}")
                .build();
        Dispatch.Builder dispatch = Samples.dispatch("m", "r1")
                .setPrompt(null)
                .setMessages(List.of(
                        new Message("system", "Be brief.", null),
                        new Message("assistant", "", "{\"tool_calls\":[{\"id\":\"c1\"}],\"content\":null}"),
                        new Message("user", "2+2?", "{\"name\":\"ann\"}")))
                .setParameters(parameters);
        try (FakeEndpoint endpoint = new FakeEndpoint(FakeEndpoint.answers(200, JSON, GOOD))) {

            // When
            call(dispatch, card(endpoint).setTags(List.of("max_completion_tokens")));

            // Then
            JsonNode body = body(endpoint);
            assertThat(body.get("messages").toString())
                    .isEqualTo("[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                            + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\"}]},"
                            + "{\"role\":\"user\",\"content\":\"2+2?\",\"name\":\"ann\"}]");
            assertThat(body.get("tool_choice").textValue()).isEqualTo("required");
            assertThat(body.get("model").textValue()).isNotEqualTo("other");
            assertThat(body.get("stream").booleanValue()).isFalse();
            assertThat(body.get("max_completion_tokens").intValue()).isEqualTo(40);
            assertThat(body.has("max_tokens")).isFalse();
            assertThat(body.get("temperature").doubleValue()).isEqualTo(0.5);
            assertThat(body.get("top_p").doubleValue()).isEqualTo(0.9);
            assertThat(body.get("seed").longValue()).isEqualTo(7);
            assertThat(body.get("stop").toString()).isEqualTo("[\"END\"]");
            assertThat(body.get("tools").toString()).isEqualTo("[{\"type\":\"function\"}]");
        }
    }

    @Test
    void shouldReadConfidenceFromLogProbabilities() throws IOException {
        // Given
        String body = GOOD.replace(
                "\"finish_reason\"",
                "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.5},{\"token\":\"b\",\"logprob\":-1.5}]},"
                        + "\"finish_reason\"");
        try (FakeEndpoint endpoint = new FakeEndpoint(FakeEndpoint.answers(200, JSON, body))) {

            // When
            BackendAnswer answer =
                    call(Samples.dispatch("m", "r1"), card(endpoint).setCapabilities(List.of("logprobs")));

            // Then
            assertThat(body(endpoint).get("logprobs").booleanValue()).isTrue();
            assertThat(answer.confidence())
                    .containsOnly(Map.entry("mean_token_logprob", -1.0), Map.entry("min_token_logprob", -1.5));
        }
    }

    @Test
    void shouldReturnToolCallsAsJson() {
        // Given
        String body = GOOD.replace("\"content\":\"Four.\"", "\"content\":null,\"tool_calls\":[{\"id\":\"c1\"}]");
        try (FakeEndpoint endpoint = new FakeEndpoint(FakeEndpoint.answers(200, JSON, body))) {

            // When
            BackendAnswer answer = call(Samples.dispatch("m", "r1"), card(endpoint));

            // Then
            assertThat(answer.answer()).isEqualTo("{\"tool_calls\":[{\"id\":\"c1\"}]}");
        }
    }

    @Test
    void shouldMarkAnAnswerWithoutUsageAsInDoubt() {
        // Given
        String body = GOOD.replace("\"usage\"", "\"no_usage\"");
        try (FakeEndpoint endpoint = new FakeEndpoint(FakeEndpoint.answers(200, JSON, body))) {

            // When
            BackendAnswer answer = call(Samples.dispatch("m", "r1"), card(endpoint));

            // Then
            assertThat(answer.status()).isEqualTo(CompletionStatus.SUCCESS);
            assertThat(answer.inDoubt()).isTrue();
        }
    }

    @Test
    void shouldHangUpWhenTheCallIsCancelled() throws InterruptedException {
        // Given
        CountDownLatch asked = new CountDownLatch(1);
        try (FakeEndpoint endpoint = new FakeEndpoint((socket, out, self) -> {
            asked.countDown();
            if (socket.getInputStream().read() < 0) {
                self.hungUp.countDown();
            }
        })) {
            CompletableFuture<BackendAnswer> call = backend.call(
                    Samples.dispatch("m", "r1").build(), card(endpoint).build());
            assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();

            // When
            call.cancel(true);

            // Then
            assertThat(endpoint.hungUp.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }
}
