package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.app.replay.ProgressDisplay;
import io.penstock.app.replay.ReplayReport;
import io.penstock.app.replay.ReplaySession;
import io.penstock.app.replay.ReplaySettings;
import io.penstock.app.replay.SampleData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the topics of a real run say of policies. */
@Tag("once")
class OpeIT {
    @Test
    void shouldFindWhatTheRunEarnedAndWhatAnotherPolicyWouldHave() {
        // Given
        ReplaySettings settings = new ReplaySettings("random", 0.05, 3, OptionalInt.of(200), 16, false, 4, null);
        ProgressDisplay silent =
                new ProgressDisplay(new PrintWriter(new StringWriter()), false, InstantSource.system());
        AtomicReference<JsonNode> seen = new AtomicReference<>();

        // When
        ReplayReport report = new ReplaySession(SampleData.load(), settings, Map.of())
                .run(NodeOptions.temporary(), step -> {}, silent, node -> seen.set(evaluate(node)));

        // Then
        JsonNode log = seen.get();
        assertThat(log.at("/decisions/used").asInt()).isEqualTo(200);
        assertThat(log.at("/logged/value").asDouble()).isCloseTo(report.policy().reward(), within(1e-6));
        // The policy that wrote the log, so every weight is 1.
        assertThat(policy(log, "random").at("/ips/value").asDouble())
                .isCloseTo(report.policy().reward(), within(1e-6));
        assertThat(policy(log, "greedy").at("/unsupported_mass").asDouble()).isZero();
    }

    private static JsonNode policy(JsonNode log, String name) {
        for (JsonNode policy : log.get("policies")) {
            if (policy.get("policy").asText().equals(name)) {
                return policy;
            }
        }
        throw new AssertionError("no policy " + name + " in the report");
    }

    private static JsonNode evaluate(Node node) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = {
            "ope",
            "--bootstrap-servers",
            node.bootstrapServers(),
            "--schema-registry",
            node.registryUrl(),
            "--output",
            "json",
            "--plain"
        };
        int exit = Penstock.run(args, new PrintWriter(out), new PrintWriter(err));
        assertThat(exit).as(err.toString()).isZero();
        try {
            return new ObjectMapper().readTree(out.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
