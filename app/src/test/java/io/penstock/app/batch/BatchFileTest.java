package io.penstock.app.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BatchFileTest {
    private static final String GOOD =
            "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\"}}";

    @TempDir
    private Path folder;

    @Test
    void shouldTakeAByteOrderMarkCarriageReturnsBlankLinesAndALastLineWithoutItsEnd() throws IOException {
        // When
        List<BatchLine> lines = read(("\uFEFF" + GOOD.formatted("a") + "\r\n\r\n   \n" + GOOD.formatted("b"))
                .getBytes(StandardCharsets.UTF_8));
        // Then
        assertThat(lines)
                .extracting(BatchLine::number, line -> ((BatchLine.Call) line).customId())
                .containsExactly(tuple(1L, "a"), tuple(4L, "b"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1]                                      | invalid_json_line   | must be a JSON object",
                "{\"custom_id\":\"x\" secret               | invalid_json_line   | not one JSON object (column",
                "{\"custom_id\":7}                         | invalid_custom_id   | is missing or no text",
                "{\"custom_id\":\"\"}                      | invalid_custom_id   | has 0 characters",
                "{\"custom_id\":\"x\",\"secret\":1}        | unknown_member      | no other member",
                "{\"custom_id\":\"x\",\"method\":\"GET\"}  | invalid_method      | method must be POST",
                "{\"custom_id\":\"x\",\"method\":\"POST\"} | invalid_url         | url must be /v1/chat/completions",
                "{\"custom_id\":\"x\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":3} | invalid_body | body must be"
            })
    void shouldSayWhatIsWrongWithoutQuotingIt(String line, String code, String message) throws IOException {
        // When
        List<BatchLine> lines = read((line + "\n" + GOOD.formatted("next")).getBytes(StandardCharsets.UTF_8));
        // Then
        BatchLine.Wrong wrong = (BatchLine.Wrong) lines.get(0);
        assertThat(wrong.code()).isEqualTo(code);
        assertThat(wrong.message()).contains(message).doesNotContain("secret");
        assertThat(lines.get(1)).isInstanceOf(BatchLine.Call.class);
    }

    @Test
    void shouldNameTheLineThatHadTheCustomIdBefore() throws IOException {
        // When
        List<BatchLine> lines =
                read((GOOD.formatted("a") + "\n\n" + GOOD.formatted("a")).getBytes(StandardCharsets.UTF_8));
        // Then
        assertThat(((BatchLine.Wrong) lines.get(1)).message()).startsWith("custom_id was on line 1 already");
    }

    @Test
    void shouldGoOnAfterALineOfFiftyMegabytesAndOneThatIsNotUtf8() throws IOException {
        // Given
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[50 << 20]);
        bytes.write('\n');
        bytes.write(new byte[] {(byte) 0xC3, 0x28, '\n'});
        bytes.write(GOOD.formatted("a").getBytes(StandardCharsets.UTF_8));
        // When
        List<BatchLine> lines = read(bytes.toByteArray());
        // Then
        assertThat(((BatchLine.Wrong) lines.get(0)).message())
                .isEqualTo("the line has 52428800 bytes; at most 8388608 are taken");
        assertThat(((BatchLine.Wrong) lines.get(1)).code()).isEqualTo("not_utf8");
        assertThat(lines.get(2).number()).isEqualTo(3);
    }

    @Test
    void shouldReadAsManyLinesAsThereAre() throws IOException {
        // Given: the 30,000th is no JSON
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 50_001; i++) {
            text.append(i == 30_000 ? "oops" : GOOD.formatted("c" + i)).append('\n');
        }
        // When
        List<BatchLine> lines = read(text.toString().getBytes(StandardCharsets.UTF_8));
        // Then
        assertThat(lines).hasSize(50_001);
        assertThat(lines)
                .filteredOn(BatchLine.Wrong.class::isInstance)
                .extracting(BatchLine::number)
                .containsExactly(30_000L);
    }

    @Test
    void shouldNameABatchByItsContent() throws IOException {
        // Given
        Path one = Files.writeString(folder.resolve("one"), "a");
        Path same = Files.writeString(folder.resolve("same"), "a");
        Path other = Files.writeString(folder.resolve("other"), "b");
        // Then
        assertThat(new BatchFile(one).id()).isEqualTo(new BatchFile(same).id()).matches("[0-9a-f]{12}");
        assertThat(new BatchFile(other).id()).isNotEqualTo(new BatchFile(one).id());
    }

    private List<BatchLine> read(byte[] bytes) throws IOException {
        List<BatchLine> lines = new ArrayList<>();
        new BatchFile(Files.write(folder.resolve("batch.jsonl"), bytes)).read(lines::add);
        return lines;
    }
}
