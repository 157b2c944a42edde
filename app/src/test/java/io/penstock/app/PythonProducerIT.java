package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients in other languages partition and serialise as their own libraries do; the real {@code penstock up} must cope. */
class PythonProducerIT {
    private static final String PACKAGE = "confluent-kafka[avro]==2.16.0";
    private static final long MINUTES = 5;
    private static final Path VENV = Path.of("target", "python").toAbsolutePath();

    @TempDir
    private Path folder;

    @Test
    void shouldServeAPythonProducerWithSessionsAndFeedback() throws Exception {
        // Given
        Path python = python();
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
            Result result = run(List.of(
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

    /** A Python with the client library, made once and kept in the build folder. */
    private static Path python() throws IOException, InterruptedException {
        Path python = VENV.resolve("bin").resolve("python");
        if (!Files.exists(VENV.resolve("ready"))) {
            Files.createDirectories(VENV.getParent());
            require(List.of("python3", "-m", "venv", "--clear", VENV.toString()), "python3 with venv is needed");
            require(
                    List.of(python.toString(), "-m", "pip", "install", "--quiet", PACKAGE),
                    PACKAGE + " must be installable from PyPI");
            Files.writeString(VENV.resolve("ready"), PACKAGE);
        }
        return python;
    }

    /** What is missing fails the test where everything should be there, and skips it on a developer's machine. */
    private static void require(List<String> command, String need) throws InterruptedException {
        String reason;
        try {
            Result result = run(command);
            if (result.code() == 0) {
                return;
            }
            reason = need + ", but " + command + " ended with " + result.code() + ": " + result.output();
        } catch (IOException e) {
            reason = need + ", but " + e.getMessage();
        }
        if ("true".equals(System.getenv("CI"))) {
            fail(reason);
        }
        abort(reason);
    }

    private record Result(int code, String output) {}

    private static Result run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("penstock-python", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end: " + Files.readString(output));
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }
}
