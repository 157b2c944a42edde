package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PenstockTest {
    // Nothing listens on port 1 of this machine.
    private static final String NOBODY = "--bootstrap-servers=127.0.0.1:1";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Penstock.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "up",
                "submit",
                "explain",
                "replay",
                "audit",
                "ope",
                "topics",
                "tenant",
                "tenant add",
                "tenant list",
                "models",
                "models list",
                "models check",
                "budget",
                "budget set",
                "budget list"
            })
    void shouldShowHelpWithAnExampleForEveryCommand(String command) {
        // Given
        String[] arguments = (command + " --help").trim().split(" ");
        // When
        int code = run(arguments);
        // Then
        assertThat(code).isZero();
        assertThat(out.toString()).contains("Usage: penstock", "Example").containsPattern("Examples?:\\R  penstock ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldPrintItsVersion() {
        // When
        int code = run("--version");
        // Then
        assertThat(code).isZero();
        assertThat(out.toString()).containsPattern("penstock \\d+\\.\\d+").doesNotContain("${");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "upp                             | 'upp'",
                "up --prot 1                     | '--prot'",
                "up --port x                     | --port",
                "up --only cook                  | cook",
                "up --only router                | --bootstrap-servers",
                "submit                          | --sample",
                "submit hello --sample 1         | mutually exclusive",
                "submit hello --feedback 2       | --feedback 2.0 must be from 0 to 1",
                "submit hello --timeout 0        | --timeout 0.0 must be above 0",
                "submit hello --deadline -1      | --deadline -1.0 must be seconds above 0",
                "submit --sample 999999          | --sample 999999 must be from 1 to 3000",
                "explain                         | REQUEST-ID",
                "ope --policy gredy              | did you mean 'greedy'",
                "ope --policy static             | at least one weight",
                "ope --policy-option floor=0.1   | --policy-option needs exactly one --policy",
                "ope --policy greedy --policy-option flor=0.1 | unknown option of policy 'greedy': flor",
                "tenant add                      | NAME",
                "budget set acme                 | cap_nanos must be from 1",
                "budget set acme --cap 1 --at-cap holt | did you mean hold?",
                "budget set acme --cap 0.0000000001 | --cap 1E-10 must be dollars"
            })
    void shouldRefuseWrongUsageWithCodeTwo(String arguments, String named) {
        // When
        int code = run(arguments.trim().split(" +"));
        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains(named).contains(" --help'").doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldSayWhatToDoWithoutACommand() {
        // When
        int code = run();
        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: penstock", "demo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"submit hello", "explain some-id", "tenant add acme", "tenant list", "models list", "ope"})
    void shouldSayInOneSentenceThatNothingListens(String command) {
        // Given
        String[] arguments = (command + ' ' + NOBODY).split(" ");
        // When
        int code = run(arguments);
        // Then
        assertThat(code).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines("Nothing listens on 127.0.0.1:1: start a node with 'penstock up', or name"
                        + " another with --bootstrap-servers.\n");
    }

    @Test
    void shouldPrintAStackTraceOnlyWhenAsked() {
        // When
        int code = run("submit", "hello", NOBODY, "--verbose");
        // Then
        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains("IllegalStateException", "\tat ");
    }

    @Test
    void shouldPrintTheTopicCatalogueWithoutACluster() {
        // When
        int code = run("topics", NOBODY);
        // Then
        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("penstock.requests.{lane}.{tenant}", "penstock.dead-letters")
                .contains("nothing was compared");
    }

    @Test
    void shouldPrintTheTopicCatalogueAsJson() throws IOException {
        // When
        int code = run("topics", NOBODY, "--output=json");
        // Then
        assertThat(code).isZero();
        var json = new com.fasterxml.jackson.databind.ObjectMapper().readTree(out.toString());
        assertThat(json.get("connected").asBoolean()).isFalse();
        assertThat(json.get("catalogue")).isNotEmpty();
        assertThat(json.get("catalogue").get(0).get("kind").asText()).isEqualTo("requests");
    }

    @Test
    void shouldCheckAModelsFile() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("models.yaml"), "models:\n  - nmae: x\n");
        // When
        int code = run("models", "check", file.toString());
        // Then
        assertThat(code).isEqualTo(1);
        assertThat(err.toString())
                .contains(file.toString(), "line 2", "'nmae'", "did you mean 'name'?")
                .hasLineCount(1);
    }

    @Test
    void shouldNameAModelsFileThatIsNotThere() {
        // When
        int code = run("up", "--models", folder.resolve("none.yaml").toString());
        // Then
        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains("none.yaml").hasLineCount(1);
    }
}
