package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.app.models.SampleModels;
import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.app.replay.SampleData;
import io.penstock.connector.recorded.CallGate;
import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.event.CatalogEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batch files through a node with embedded Kafka, by the commands that users have. */
class BatchIT {
    private static final RecordedOutcomes SAMPLE = SampleData.load();
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final AtomicInteger CALLS = new AtomicInteger();

    private static volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
    private static Node node;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        CallGate counted = dispatch -> {
            CALLS.incrementAndGet();
            return gate;
        };
        node = Node.start(
                NodeOptions.temporary().withBackend(RecordedBackend.NAME, new RecordedBackend(SAMPLE, counted, 0)),
                step -> {});
        List<CatalogEntry> entries = SampleModels.entries(SAMPLE);
        node.applyCatalog(entries);
        node.awaitActive(
                entries.stream()
                        .filter(entry -> entry.getKind().equals("model"))
                        .map(CatalogEntry::getId)
                        .toList(),
                Duration.ofSeconds(60));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void shouldAnswerEveryGoodLineOnceAndSayWhatIsWrongWithTheOthers() throws IOException {
        // Given
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            lines.add(line("a" + i, i, "penstock/auto"));
        }
        lines.add(line("pinned", 40, "gemini-1.5-flash-002"));
        lines.add(line("a7", 41, "penstock/auto"));
        lines.add("no json");
        lines.add(line("elsewhere", 42, "penstock/auto").replace("/v1/chat/completions", "/v1/images"));
        lines.add(line("unknown", 43, "no-such-model"));
        Path file = write("calls.jsonl", lines);

        // When
        Result submitted = run("submit", file.toString(), "--id", "first", "--out", folder.toString());
        int made = CALLS.get();
        Result again = run("submit", file.toString(), "--id", "first", "--out", folder.toString());

        // Then
        assertThat(submitted.code()).as(submitted.text()).isEqualTo(1);
        assertThat(submitted.text())
                .contains("line 42: custom_id was on line 8 already; every line needs its own")
                .contains("line 43: the line is not one JSON object")
                .contains("line 44: url must be /v1/chat/completions, the endpoint that is served")
                .contains("line 45: body: there is no active model 'no-such-model'")
                .contains("batch first: 41 sent, 41 ended, 41 answered, 4 wrong lines");
        assertThat(again.text()).contains("batch first: 41 sent, 41 ended, 41 answered");
        assertThat(CALLS.get()).as("submitted again, nothing is called again").isEqualTo(made);
        List<JsonNode> answers = read(folder.resolve("first.output.jsonl"));
        assertThat(answers)
                .extracting(answer -> answer.at("/custom_id").asText())
                .hasSize(41)
                .doesNotHaveDuplicates();
        JsonNode pinned = answers.stream()
                .filter(answer -> answer.at("/custom_id").asText().equals("pinned"))
                .findFirst()
                .orElseThrow();
        assertThat(pinned.at("/response/status_code").asInt()).isEqualTo(200);
        assertThat(pinned.at("/response/body/object").asText()).isEqualTo("chat.completion");
        assertThat(pinned.at("/response/body/model").asText()).isEqualTo("gemini-1-5-flash-002");
        assertThat(pinned.at("/response/body/usage/completion_tokens").asInt()).isPositive();
        assertThat(read(folder.resolve("first.error.jsonl")))
                .extracting(error -> error.at("/error/code").asText())
                .containsExactlyInAnyOrder(
                        "duplicate_custom_id", "invalid_json_line", "invalid_url", "model_not_found");
        JsonNode status = MAPPER.readTree(run("status", "first", "--json").text());
        assertThat(status.at("/kinds/answered").asInt()).isEqualTo(41);
        assertThat(status.at("/cost_nanos").asLong()).isPositive();
        assertThat(status.at("/in_doubt")).isEmpty();
    }

    @Test
    void shouldGoOnWhereItStoppedAndCallNothingTwice() throws IOException {
        // Given: half of the file, as if it had been stopped there
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            lines.add(line("b" + i, 100 + i, "penstock/auto"));
        }
        Path half = write("half.jsonl", lines.subList(0, 30));
        Path whole = write("whole.jsonl", lines);
        int before = CALLS.get();
        assertThat(run("submit", half.toString(), "--id", "second", "--no-wait").code())
                .isZero();

        // When
        Result rest = run("submit", whole.toString(), "--id", "second", "--in-flight", "7", "--out", folder.toString());

        // Then
        assertThat(rest.code()).as(rest.text()).isZero();
        assertThat(CALLS.get() - before).isEqualTo(60);
        assertThat(read(folder.resolve("second.output.jsonl")))
                .extracting(answer -> answer.at("/custom_id").asText())
                .hasSize(60)
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldCancelWhatHasNotEnded() throws IOException {
        // Given: calls that hang
        gate = new CompletableFuture<>();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            lines.add(line("c" + i, 200 + i, "penstock/auto"));
        }
        Path file = write("hanging.jsonl", lines);
        try {
            run("submit", file.toString(), "--id", "third", "--no-wait");

            // When
            Result cancelled = run("cancel", "third");

            // Then
            assertThat(cancelled.text()).contains("asked to cancel 20 of 20 requests");
            Result ended = run("submit", file.toString(), "--id", "third", "--out", folder.toString());
            assertThat(ended.text()).contains("batch third: 20 sent, 20 ended, 0 answered");
            assertThat(read(folder.resolve("third.error.jsonl")))
                    .hasSize(20)
                    .allSatisfy(error -> assertThat(
                                    error.at("/response/body/error/code").asText())
                            .isEqualTo("request_cancelled"));
        } finally {
            gate.complete(null);
            gate = CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void shouldSayThatThereIsNoSuchBatch() {
        // When
        Result unknown = run("status", "never");
        // Then
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.text()).contains("There is no batch 'never' of this tenant");
    }

    private static String line(String id, int prompt, String model) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("custom_id", id).put("method", "POST").put("url", "/v1/chat/completions");
        ObjectNode body = line.putObject("body").put("model", model).put("max_tokens", 500);
        body.putArray("messages")
                .addObject()
                .put("role", "user")
                .put("content", SAMPLE.prompts().get(prompt).text());
        return line.toString();
    }

    private Path write(String name, List<String> lines) throws IOException {
        return Files.write(folder.resolve(name), lines);
    }

    private static List<JsonNode> read(Path file) throws IOException {
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            nodes.add(MAPPER.readTree(line));
        }
        return nodes;
    }

    private record Result(int code, String text) {}

    private static Result run(String... args) {
        List<String> all = new ArrayList<>(List.of("batch"));
        all.addAll(List.of(args));
        all.addAll(List.of("--bootstrap-servers", node.bootstrapServers(), "--schema-registry", node.registryUrl()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Penstock.run(all.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
        return new Result(code, code == 0 || !out.toString().isEmpty() ? out.toString() : err.toString());
    }
}
