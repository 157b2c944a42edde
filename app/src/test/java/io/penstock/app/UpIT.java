package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a real {@code penstock up} in another process. */
class UpIT {
    @TempDir
    private Path folder;

    @Test
    void shouldServeTheOtherCommandsAndEndWhenAsked() throws Exception {
        // Given
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
            Run submitted = run(up, "submit", "--sample=1", "--feedback=1");
            Run unknown = run(up, "submit", "a prompt nobody has recorded");
            Run stranger = run(up, "submit", "--sample=1", "--tenant=acme");
            Run added = run(up, "tenant", "add", "acme");
            Run tenants = run(up, "tenant", "list");
            Run models = run(up, "models", "list");
            Run topics = run(up, "topics");
            Run explained = run(up, "explain", requestId(submitted.out()));
            Run nobody = run(up, "explain", "no-such-request");
            // Then
            assertThat(submitted.code()).as(submitted.toString()).isZero();
            assertThat(submitted.out()).contains("Attempt 1: ", "Response: answered after 1 attempt");
            assertThat(unknown.code()).isEqualTo(1);
            assertThat(unknown.out()).contains("Not answered: failed, not_recorded");
            assertThat(unknown.out()).doesNotContain("nobody has recorded");
            assertThat(stranger.code()).isEqualTo(1);
            assertThat(stranger.err()).contains("There is no tenant 'acme'").hasLineCount(1);
            assertThat(added.code()).as(added.toString()).isZero();
            assertThat(tenants.out()).isEqualToNormalizingNewlines("acme\ndefault\n");
            assertThat(models.out()).contains("gemini-1-5-pro-002").contains("active");
            assertThat(topics.code()).as(topics.toString()).isZero();
            assertThat(explained.code()).as(explained.toString()).isZero();
            assertThat(explained.out()).contains("decided again from this record: the same model");
            assertThat(nobody.code()).isEqualTo(1);
            assertThat(nobody.err())
                    .contains("no record of request default/no-such-request")
                    .hasLineCount(1);
            up.stop();
            assertThat(up.output()).doesNotContain("Exception", "WARN", "ERROR");
        }
    }

    @Test
    void shouldSayInOneSentenceThatTheFolderIsInUse() throws Exception {
        // Given
        String data = folder.resolve("data").toString();
        List<String> arguments = List.of(
                "up", "--data", data, "--port=0", "--controller-port=0", "--registry-port=0", "--gateway-port=0");
        try (UpProcess first = new UpProcess(folder, arguments.toArray(String[]::new))) {
            first.awaitReady();
            // When
            try (UpProcess second = new UpProcess(folder, arguments.toArray(String[]::new))) {
                int code = second.awaitEnd();
                // Then
                assertThat(code).isEqualTo(1);
                assertThat(second.output().lines().filter(line -> line.contains(data)))
                        .hasSize(1);
                assertThat(second.output()).doesNotContain("\tat ");
            }
        }
    }

    private record Run(int code, String out, String err) {}

    private static Run run(UpProcess up, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--bootstrap-servers=" + up.brokers());
        all.add("--schema-registry=" + up.registry());
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Penstock.run(all.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
        return new Run(code, out.toString(), err.toString());
    }

    private static String requestId(String output) {
        Matcher matcher = Pattern.compile("penstock explain (\\S+)").matcher(output);
        assertThat(matcher.find()).as(output).isTrue();
        return matcher.group(1);
    }
}
