package io.penstock.app.aptitude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeTest {
    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "The answer is (B).         | 1",
                "A looks right, but it is B | 1",
                "b                          | 1",
                "B, no: C                   | 0",
                "Basically unclear          | 0",
                "''                         | 0"
            })
    void shouldTakeTheLastChoiceThatStandsAlone(String answer, double grade) {
        // Given
        Probe probe = new Probe("p", "which?", List.of(), "B", List.of("A", "B", "C"), null);
        // Then
        assertThat(probe.grade(answer)).hasValue(grade);
    }

    @Test
    void shouldCompareTheWholeTextWithoutChoices() {
        // Given
        Probe probe = new Probe("p", "6 × 7?", List.of(), "42", List.of(), null);
        // Then
        assertThat(probe.grade(" 42\n")).hasValue(1);
        assertThat(probe.grade("It is 42")).hasValue(0);
        assertThat(new Probe("p", "x", List.of(), null, List.of(), null).grade("42"))
                .isEmpty();
    }

    @Test
    void shouldReadAFile() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("p.jsonl"), """
                {"id": "one", "prompt": "6 x 7?", "expected": "42"}

                {"id": "two", "messages": [{"role": "system", "content": "s"}, {"content": "u"}], "expected": "A", "choices": ["A", "B"]}
                """);
        // When
        List<Probe> probes = ProbeFile.read(file);
        // Then
        assertThat(probes).extracting(Probe::id).containsExactly("one", "two");
        assertThat(probes.get(1).messages()).hasSize(2);
        assertThat(probes.get(1).messages().get(1).getRole()).isEqualTo("user");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{\"id\":\"a\"} -> either prompt or messages",
                "{\"prompt\":\"SECRET\"} -> id is missing",
                "{\"id\":\"a\",\"prompt\":\"SECRET\",\"expected\":\"Z\",\"choices\":[\"A\"]} -> expected must be one of choices",
                "{\"id\":\"a\",\"prompt\":\"SECRET\",\"answer\":\"Z\"} -> field 'answer' is unknown",
                "{\"id\":\"a\",\"prompt\":\"SECRET\"}{ -> one JSON object",
                "[] -> must be a JSON object",
                "SECRET -> must be one JSON object"
            })
    void shouldNameTheLineAndWhatIsWrongWithoutTheText(String lineAndMessage) throws IOException {
        // Given
        String[] parts = lineAndMessage.split(" -> ", -1);
        Path file = Files.writeString(folder.resolve("p.jsonl"), "\n" + parts[0] + "\n");
        // Then
        assertThatThrownBy(() -> ProbeFile.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining(parts[1])
                .message()
                .doesNotContain("SECRET");
    }
}
