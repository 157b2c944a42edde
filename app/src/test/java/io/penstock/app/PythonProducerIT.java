package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients in other languages partition and serialise as their own libraries do; the real {@code penstock up} must cope. */
class PythonProducerIT {
    private static final String PACKAGE = "confluent-kafka[avro]==2.16.0";

    @TempDir
    private Path folder;

    @Test
    void shouldServeAPythonProducerWithSessionsAndFeedback() throws Exception {
        // Given
        Path python = Foreign.python("confluent", PACKAGE);
        Path sample = folder.resolve("outcomes.jsonl.gz");
        try (var in = Penstock.class.getResourceAsStream("sample/outcomes-mmlupro.jsonl.gz")) {
            Files.copy(in, sample);
        }
        String data = folder.resolve("data").toString();
        try (UpProcess up = new UpProcess(
                folder,
                "up",
                "--data",
                data,
                "--port=0",
                "--controller-port=0",
                "--registry-port=0",
                "--gateway-port=0")) {
            up.awaitReady();
            // When
            Foreign.Result result = Foreign.run(List.of(
                    python.toString(),
                    Path.of("src", "it", "python", "client.py").toString(),
                    "--bootstrap-servers",
                    up.brokers(),
                    "--schema-registry",
                    up.registry(),
                    "--sample",
                    sample.toString()));
            // Then
            assertThat(result.code()).as(result.output() + up.output()).isZero();
            JsonNode report = new ObjectMapper().readTree(result.output());
            assertThat(report.get("partitions").asInt()).isEqualTo(4);
            assertThat(report.get("answered").asInt()).isEqualTo(40);
            assertThat(report.get("answered_twice").asInt()).isZero();
            assertThat(report.get("sessions_out_of_order")).isEmpty();
            assertThat(report.get("verdicts_learned").asInt()).isEqualTo(40);
            up.stop();
        }
    }
}
