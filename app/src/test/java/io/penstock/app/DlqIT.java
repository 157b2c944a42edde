package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.event.Lane;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters of a node with embedded Kafka, by the commands that users have. */
class DlqIT {
    private static final String SECRET = "a prompt that nobody else may see";

    @Test
    void shouldListShowSendAgainAndDelete(@TempDir Path folder) throws Exception {
        try (Node node = Node.start(NodeOptions.temporary(), step -> {})) {
            // Given: what no router can read
            node.producer()
                    .send(new ProducerRecord<>(
                            node.topics().requests(Lane.ONLINE, Node.DEFAULT_TENANT),
                            "r1",
                            SECRET.getBytes(StandardCharsets.UTF_8)))
                    .get();
            await().atMost(Duration.ofSeconds(60)).until(() -> letters(node).size() == 1);

            // When
            JsonNode letter = letters(node).get(0);
            String place = letter.path("place").asText();
            Path payload = folder.resolve("letter.bin");
            Result listed = run(node, "list");
            Result shown = run(node, "show", place, "--payload", payload.toString());
            Result dry = run(node, "redrive", place, "--dry-run");
            Result sent = run(node, "redrive", "--since", "PT1H");

            // Then
            assertThat(letter.path("topic").asText())
                    .isEqualTo(node.topics().requests(Lane.ONLINE, Node.DEFAULT_TENANT));
            assertThat(listed.text()).contains("1 of 1 dead letters").doesNotContain(SECRET);
            assertThat(shown.text()).contains("can be sent again").doesNotContain(SECRET);
            assertThat(Files.readString(payload)).isEqualTo(SECRET);
            assertThat(dry.text()).contains("would send 1 again, 0 cannot be");
            assertThat(sent.text()).contains("sent 1 again, 0 cannot be");
            // It is as unreadable as before, so it comes back, from its new place.
            await().atMost(Duration.ofSeconds(60)).until(() -> letters(node).size() == 2);
            assertThat(letters(node))
                    .extracting(one -> one.path("from").asText())
                    .doesNotHaveDuplicates();
            assertThat(run(node, "purge", "--yes").text()).contains("2 dead letters deleted");
            assertThat(letters(node)).isEmpty();
            assertThat(run(node, "show", place).text()).contains("There is no dead letter at '" + place + "'");
            assertThat(run(node, "redrive").code()).isEqualTo(2);
            assertThat(run(node, "purge").code()).isEqualTo(2);
        }
    }

    private static List<JsonNode> letters(Node node) throws IOException {
        List<JsonNode> letters = new ArrayList<>();
        new ObjectMapper().readTree(run(node, "list", "--json").text()).forEach(letters::add);
        return letters;
    }

    private record Result(int code, String text) {}

    private static Result run(Node node, String... args) {
        List<String> all = new ArrayList<>(List.of("dlq"));
        all.addAll(List.of(args));
        all.addAll(List.of("--bootstrap-servers", node.bootstrapServers()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Penstock.run(all.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
        return new Result(code, out.toString().isEmpty() ? err.toString() : out.toString());
    }
}
