package io.penstock.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.app.explain.HistoryReader;
import io.penstock.app.models.SampleModels;
import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.app.replay.SampleData;
import io.penstock.connector.Backend;
import io.penstock.connector.BackendAnswer;
import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Dispatch;
import io.penstock.event.ModelCard;
import io.penstock.event.OutcomeKind;
import io.penstock.schema.Identity;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway over a whole node with recorded models, by plain HTTP. */
class GatewayIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final RecordedOutcomes SAMPLE = SampleData.load();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String SLOW = "slow";

    private static Node node;
    private static Gateway gateway;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        node = Node.start(
                NodeOptions.temporary().withBackend(RecordedBackend.NAME, new Slow(new RecordedBackend(SAMPLE))),
                line -> {});
        List<CatalogEntry> entries = SampleModels.entries(SAMPLE);
        node.applyCatalog(entries);
        node.awaitActive(
                entries.stream()
                        .filter(entry -> entry.getKind().equals("model"))
                        .map(CatalogEntry::getId)
                        .toList(),
                LIMIT);
        node.addTenant("acme");
        gateway = start(GatewaySettings.onLoopback(0));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        node.close();
    }

    private static Gateway start(GatewaySettings settings) {
        return Gateway.start(settings, new Gateway.Access(node.clients(), node.codec(), node.topics(), node.catalog()));
    }

    @Test
    void shouldAnswerAChatCompletionAndKeepItsResponse() throws Exception {
        // Given
        String model = JSON.readTree(get("/v1/models").body()).at("/data/1/id").textValue();
        // When
        HttpResponse<String> answered = chat(prompt(1), model, Map.of());
        // Then
        assertThat(answered.statusCode()).as(answered.body()).isEqualTo(200);
        JsonNode body = JSON.readTree(answered.body());
        String id = answered.headers().firstValue("x-request-id").orElseThrow();
        assertThat(body.get("object").textValue()).isEqualTo("chat.completion");
        assertThat(body.get("id").textValue()).isEqualTo("chatcmpl-" + id);
        assertThat(body.get("model").textValue()).isEqualTo(model);
        assertThat(body.at("/choices/0/message/role").textValue()).isEqualTo("assistant");
        assertThat(body.at("/choices/0/message/content").textValue()).isNotEmpty();
        assertThat(body.at("/usage/total_tokens").intValue()).isPositive();
        assertThat(answered.headers().firstValue("x-penstock-model")).contains(model);
        assertThat(answered.headers().firstValue("x-penstock-decision-id")).isPresent();
        HttpResponse<String> fetched = get("/v1/requests/" + id);
        assertThat(fetched.statusCode()).isEqualTo(200);
        JsonNode kept = JSON.readTree(fetched.body());
        assertThat(kept.get("status").textValue()).isEqualTo("answered");
        assertThat(kept.get("response")).isEqualTo(body);
        assertThat(get("/v1/requests/chatcmpl-" + id).statusCode()).isEqualTo(200);
        assertThat(get("/v1/requests/no-such-request").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldLearnFromFeedback() throws Exception {
        // Given
        HttpResponse<String> answered = chat(prompt(2), Models.AUTO, Map.of());
        String id = answered.headers().firstValue("x-request-id").orElseThrow();
        String body = JSON.writeValueAsString(Map.of("request_id", id, "value", 1));
        // When
        HttpResponse<String> judged = post("/v1/feedback", body, Map.of());
        // Then
        assertThat(judged.statusCode()).as(judged.body()).isEqualTo(202);
        assertThat(JSON.readTree(judged.body()).get("feedback_id").textValue()).isNotEmpty();
        await().atMost(LIMIT).until(() -> isJudged(new Identity("default", id)));
    }

    @Test
    void shouldStreamTheFinishedAnswerAsEvents() throws Exception {
        // Given
        String body = """
                {"model": "penstock/auto", "stream": true, "stream_options": {"include_usage": true},
                 "messages": [{"role": "user", "content": %s}], "metadata": {"%s": "%s"}}""".formatted(
                        JSON.writeValueAsString(prompt(3).text()),
                        RecordedBackend.ID_ATTRIBUTE,
                        prompt(3).id());
        // When
        HttpResponse<String> streamed = post("/v1/chat/completions", body, Map.of());
        // Then
        assertThat(streamed.statusCode()).isEqualTo(200);
        assertThat(streamed.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
        List<String> events = streamed.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
        assertThat(events).hasSize(5).endsWith("[DONE]");
        assertThat(JSON.readTree(events.get(0)).at("/choices/0/delta/role").textValue())
                .isEqualTo("assistant");
        assertThat(JSON.readTree(events.get(1)).at("/choices/0/delta/content").textValue())
                .isNotEmpty();
        assertThat(JSON.readTree(events.get(2)).at("/choices/0/finish_reason").textValue())
                .isNotEmpty();
        assertThat(JSON.readTree(events.get(3)).at("/usage/total_tokens").intValue())
                .isPositive();
    }

    @Test
    void shouldTellErrorsAsOpenAiDoes() throws Exception {
        // Given
        HttpResponse<String> unknownModel = chat(prompt(1), "no-such-model", Map.of());
        HttpResponse<String> notRecorded = post(
                "/v1/chat/completions",
                "{\"model\":\"penstock/auto\",\"messages\":[{\"role\":\"user\"," + "\"content\":\"canary-7731\"}]}",
                Map.of());
        HttpResponse<String> wrong = chat(prompt(1), Models.AUTO, Map.of("x-penstock-max-cost", "cheap"));
        HttpResponse<String> path = get("/v1/nothing");
        HttpResponse<String> method = get("/v1/chat/completions");
        // When
        HttpResponse<String> plain = HTTP.send(
                HttpRequest.newBuilder(uri(gateway, "/v1/chat/completions"))
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        // Then
        assertThat(unknownModel.statusCode()).isEqualTo(404);
        assertThat(error(unknownModel, "code")).isEqualTo("model_not_found");
        assertThat(error(unknownModel, "param")).isEqualTo("model");
        assertThat(notRecorded.statusCode()).isEqualTo(502);
        assertThat(error(notRecorded, "code")).isEqualTo("not_recorded");
        assertThat(notRecorded.body()).doesNotContain("canary-7731");
        assertThat(notRecorded.headers().firstValue("x-should-retry")).contains("false");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(error(wrong, "param")).isEqualTo("x-penstock-max-cost");
        assertThat(path.statusCode()).isEqualTo(404);
        assertThat(error(path, "code")).isEqualTo("not_found");
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(plain.statusCode()).isEqualTo(415);
    }

    @Test
    void shouldKeepTenantsApartByTheirKeys() throws Exception {
        // Given
        Path keys = folder.resolve("keys.yaml");
        Files.writeString(keys, """
                keys:
                  - {name: a, sha256: %s, tenant: acme, requests-per-minute: 3}
                  - {name: d, sha256: %s, tenant: default}
                """.formatted(ApiKeys.sha256("key-of-acme"), ApiKeys.sha256("key-of-default")));
        try (Gateway guarded = start(GatewaySettings.onLoopback(0).withKeys(keys))) {
            Map<String, String> acme = Map.of("Authorization", "Bearer key-of-acme");
            Map<String, String> other = Map.of("Authorization", "Bearer key-of-default");
            // When
            HttpResponse<String> answered = send(guarded, "/v1/chat/completions", body(prompt(4), Models.AUTO), acme);
            String id = answered.headers().firstValue("x-request-id").orElseThrow();
            // Then
            assertThat(answered.statusCode()).as(answered.body()).isEqualTo(200);
            assertThat(send(guarded, "/v1/requests/" + id, null, acme).statusCode())
                    .isEqualTo(200);
            assertThat(send(guarded, "/v1/requests/" + id, null, other).statusCode())
                    .isEqualTo(404);
            assertThat(send(guarded, "/v1/requests/" + id, null, Map.of()).statusCode())
                    .isEqualTo(401);
            assertThat(send(guarded, "/v1/models", null, Map.of("Authorization", "Bearer no"))
                            .statusCode())
                    .isEqualTo(401);
            send(guarded, "/v1/requests/" + id, null, acme);
            HttpResponse<String> tooOften = send(guarded, "/v1/requests/" + id, null, acme);
            assertThat(tooOften.statusCode()).isEqualTo(429);
            assertThat(tooOften.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void shouldCancelTheRequestOfAClientThatLeaves() throws Exception {
        // Given
        byte[] body = body(prompt(5), Models.AUTO, SLOW).getBytes(StandardCharsets.UTF_8);
        long before = counted("join.cancelled");
        // When
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream()
                    .write(
                            ("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                            + "Content-Length: " + body.length + "\r\n\r\n")
                                    .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            await().atMost(LIMIT).until(() -> Slow.waiting(prompt(5).id()));
        }
        // Then
        await().atMost(LIMIT).until(() -> counted("join.cancelled") == before + 1);
    }

    @Test
    void shouldTellWhereAnswersCanBeFetchedWhenTimeIsOverOrItStops() throws Exception {
        // Given
        try (Gateway hasty =
                start(GatewaySettings.onLoopback(0).withLimits(Duration.ofMillis(300), 1, Duration.ZERO))) {
            // When
            HttpResponse<String> late =
                    send(hasty, "/v1/chat/completions", body(prompt(6), Models.AUTO, SLOW), Map.of());
            // Then
            String id = late.headers().firstValue("x-request-id").orElseThrow();
            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(late.body()).contains("/v1/requests/" + id);
            assertThat(late.headers().firstValue("x-should-retry")).contains("false");
            HttpResponse<String> open = send(hasty, "/v1/requests/" + id, null, Map.of());
            assertThat(open.statusCode()).isEqualTo(202);
            assertThat(JSON.readTree(open.body()).get("status").textValue()).isEqualTo("open");
        }
        Gateway stopped = start(GatewaySettings.onLoopback(0).withLimits(LIMIT, 1, Duration.ZERO));
        CompletableFuture<HttpResponse<String>> waiting = HTTP.sendAsync(
                request(stopped, "/v1/chat/completions", body(prompt(7), Models.AUTO, SLOW), Map.of()),
                HttpResponse.BodyHandlers.ofString());
        await().atMost(LIMIT).until(() -> Slow.waiting(prompt(7).id()));
        HttpResponse<String> shed = send(stopped, "/v1/chat/completions", body(prompt(1), Models.AUTO), Map.of());
        stopped.close();
        HttpResponse<String> sentAway = waiting.get();
        assertThat(shed.statusCode()).isEqualTo(429);
        assertThat(error(shed, "code")).isEqualTo("too_many_in_flight");
        assertThat(sentAway.statusCode()).isEqualTo(503);
        String id = sentAway.headers().firstValue("x-request-id").orElseThrow();
        assertThat(sentAway.body()).contains("/v1/requests/" + id);
        assertThat(get("/v1/requests/" + id).statusCode()).isEqualTo(202);
    }

    @Test
    void shouldSayThatItLivesAndIsReady() throws Exception {
        // Then
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    }

    private static boolean isJudged(Identity identity) {
        try (Consumer<byte[], byte[]> consumer = node.clients().consumer(null, "earliest")) {
            return new HistoryReader(consumer, node.codec(), node.topics())
                    .read(identity).outcomes().stream().anyMatch(outcome -> outcome.getKind() == OutcomeKind.JUDGED);
        }
    }

    private static long counted(String counter) {
        return node.metrics().values().getOrDefault(counter, 0L);
    }

    private static RecordedPrompt prompt(int number) {
        return SAMPLE.prompts().get(number);
    }

    private static HttpResponse<String> chat(RecordedPrompt prompt, String model, Map<String, String> headers)
            throws IOException, InterruptedException {
        return post("/v1/chat/completions", body(prompt, model), headers);
    }

    private static String body(RecordedPrompt prompt, String model, String... attributes) throws IOException {
        Map<String, String> metadata = new java.util.HashMap<>();
        metadata.put(RecordedBackend.ID_ATTRIBUTE, prompt.id());
        for (String attribute : attributes) {
            metadata.put(attribute, "yes");
        }
        return JSON.writeValueAsString(Map.of(
                "model",
                model,
                "messages",
                List.of(Map.of("role", "user", "content", prompt.text())),
                "metadata",
                metadata));
    }

    private static String error(HttpResponse<String> response, String member) throws IOException {
        return JSON.readTree(response.body()).at("/error/" + member).textValue();
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(gateway, path, null, Map.of());
    }

    private static HttpResponse<String> post(String path, String body, Map<String, String> headers)
            throws IOException, InterruptedException {
        return send(gateway, path, body, headers);
    }

    private static HttpResponse<String> send(Gateway to, String path, String body, Map<String, String> headers)
            throws IOException, InterruptedException {
        return HTTP.send(request(to, path, body, headers), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(Gateway to, String path, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(to, path)).timeout(LIMIT);
        headers.forEach(request::header);
        return body == null
                ? request.build()
                : request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
    }

    private static URI uri(Gateway to, String path) {
        return URI.create("http://127.0.0.1:" + to.port() + path);
    }

    /** Never answers a request that asks for it. */
    private record Slow(Backend backend) implements Backend {
        private static final java.util.Set<String> WAITING = java.util.concurrent.ConcurrentHashMap.newKeySet();

        static boolean waiting(String id) {
            return WAITING.contains(id);
        }

        @Override
        public CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card) {
            if (dispatch.getAttributes().containsKey(SLOW)) {
                WAITING.add(dispatch.getAttributes().get(RecordedBackend.ID_ATTRIBUTE));
                return new CompletableFuture<>();
            }
            return backend.call(dispatch, card);
        }

        @Override
        public void close() {
            backend.close();
        }
    }
}
