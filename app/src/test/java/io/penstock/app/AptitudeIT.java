package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.app.aptitude.AptitudeTopics;
import io.penstock.app.models.SampleModels;
import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.app.replay.ReplaySession;
import io.penstock.app.replay.SampleData;
import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.event.CatalogEntry;
import io.penstock.event.InferenceRequest;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.Response;
import io.penstock.topology.PenstockConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A model that is added while a node runs, with and without an aptitude run. */
@Tag("once")
class AptitudeIT {
    private static final RecordedOutcomes SAMPLE = SampleData.load();
    /** With this weight of cost the newcomer is the best single model of the sample. */
    private static final ObjectiveWeights WEIGHTS = new ObjectiveWeights(1.0, 0.2, 0.0, 0.0);

    private static final String NEWCOMER = "gemini-1-5-flash-002";

    private static final int PROBES = 80;

    @Test
    void shouldAdoptAModelSoonerAfterAnAptitudeRun() throws IOException {
        // Given
        long untried = adopted(false);
        // When
        long tried = adopted(true);
        // Then
        assertThat(tried)
                .as("of 100 requests, %d without an aptitude run", untried)
                .isGreaterThan(untried + 10);
    }

    /** How many of 100 requests go to the newcomer right after it was added. */
    private static long adopted(boolean aptitude) throws IOException {
        NodeOptions options = NodeOptions.temporary()
                .with(PenstockConfig.SERVER_KEY, ReplaySession.serverKey(1))
                .withBackend(RecordedBackend.NAME, new RecordedBackend(SAMPLE));
        try (Node node = Node.start(options, step -> {});
                AptitudeTopics topics =
                        new AptitudeTopics(node.clients(), node.codec(), node.topics(), Node.DEFAULT_TENANT)) {
            List<CatalogEntry> all = SampleModels.entries(SAMPLE);
            add(
                    node,
                    all.stream()
                            .filter(entry -> !entry.getId().equals(NEWCOMER))
                            .toList());
            ask(topics, 1000, 200);
            add(
                    node,
                    all.stream().filter(entry -> entry.getId().equals(NEWCOMER)).toList());
            if (aptitude) {
                assertThat(run(node, "1").at("/models/0/sent").asInt()).isEqualTo(PROBES);
                JsonNode again = run(node, "1");
                assertThat(again.at("/end").asText()).isEqualTo("done");
                assertThat(again.at("/models/0/answered").asInt()).isEqualTo(PROBES);
                assertThat(again.at("/models/0/judged").asInt())
                        .as("asked and learned once")
                        .isEqualTo(PROBES);
                assertThat(again.at("/models/0/quality").asDouble()).isBetween(0.5, 0.9);
                assertThat(again.at("/spent_nanos").asLong()).isBetween(1L, 500_000_000L);
            }
            return ask(topics, 1200, 100);
        }
    }

    private static void add(Node node, List<CatalogEntry> entries) {
        node.applyCatalog(entries);
        node.awaitActive(
                entries.stream()
                        .filter(entry -> entry.getKind().equals("model"))
                        .map(CatalogEntry::getId)
                        .toList(),
                Duration.ofSeconds(60));
    }

    private static long ask(AptitudeTopics topics, int from, int count) {
        long toNewcomer = 0;
        for (int start = from; start < from + count; start += 10) {
            for (int i = start; i < start + 10; i++) {
                RecordedPrompt prompt = SAMPLE.prompts().get(i);
                topics.send(InferenceRequest.newBuilder()
                        .setRequestId("r" + i)
                        .setPrompt(prompt.text())
                        .setWeights(WEIGHTS)
                        .setAttributes(Map.of(RecordedBackend.ID_ATTRIBUTE, prompt.id()))
                        .build());
            }
            int left = 10;
            while (left > 0) {
                for (Response response : topics.responses(Duration.ofMillis(100))) {
                    if (response.getRequestId().startsWith("r")) {
                        left--;
                        toNewcomer += NEWCOMER.equals(response.getModel()) ? 1 : 0;
                    }
                }
            }
        }
        return toNewcomer;
    }

    private static JsonNode run(Node node, String run) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = {
            "aptitude",
            "--model",
            NEWCOMER,
            "--sample",
            String.valueOf(PROBES),
            "--cap",
            "0.50",
            "--run",
            run,
            "--json",
            "--bootstrap-servers",
            node.bootstrapServers(),
            "--schema-registry",
            node.registryUrl()
        };
        int exit = Penstock.run(args, new PrintWriter(out), new PrintWriter(err));
        assertThat(exit).as(err.toString() + out).isZero();
        return new ObjectMapper().readTree(out.toString());
    }
}
