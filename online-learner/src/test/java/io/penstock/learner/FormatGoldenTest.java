package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What any version wrote must stay readable for ever: golden files never change. */
class FormatGoldenTest {

    @Test
    void shouldReadAndWriteVersionOneUnchanged() throws IOException {
        // Given
        byte[] golden = golden("statistics-v1.hex");
        ModelStatistics statistics = ModelStatistics.empty(2);
        statistics.apply(Features.of(0.5f, -2f), new Observation.Completed(1, 200, 1500));
        statistics.apply(Features.of(0.5f, -2f), new Observation.Judged(1, 0.75));
        statistics.apply(Features.of(-1f, 0.1f), new Observation.Completed(2, 10, 90));
        statistics.apply(Features.of(-1f, 0.1f), new Observation.Judged(2, 1));
        statistics.apply(Features.of(0.5f, -2f), new Observation.Corrected(1, 0.75, 0.25));
        // When
        ModelStatistics read = ModelStatistics.fromBytes(golden);
        // Then
        assertThat(HexFormat.of().formatHex(statistics.toBytes()))
                .isEqualTo(HexFormat.of().formatHex(golden));
        assertThat(read.toBytes()).isEqualTo(golden);
        assertThat(read.judged()).isEqualTo(2);
        assertThat(read.qualityMean()).isEqualTo(0.75);
        assertThat(read.dimension()).isEqualTo(2);
    }

    @Test
    void shouldReadAndWriteVersionTwoUnchanged() throws IOException {
        // Given
        byte[] golden = golden("statistics-v2.hex");
        ModelStatistics statistics = ModelStatistics.empty(2, new Decay(3_600_000));
        long start = 1_760_000_000_000L;
        statistics.apply(Features.of(0.5f, -2f), new Observation.Completed(1, 200, 1500), start);
        statistics.apply(Features.of(0.5f, -2f), new Observation.Judged(1, 0.75), start);
        statistics.apply(Features.of(-1f, 0.1f), new Observation.Completed(2, 10, 90), start + 100_000_000);
        statistics.apply(Features.of(-1f, 0.1f), new Observation.Judged(2, 1), start + 100_000_000);
        // When
        ModelStatistics read = ModelStatistics.fromBytes(golden);
        // Then
        assertThat(HexFormat.of().formatHex(statistics.toBytes()))
                .isEqualTo(HexFormat.of().formatHex(golden));
        assertThat(read.toBytes()).isEqualTo(golden);
        assertThat(read.decay()).isEqualTo(new Decay(3_600_000));
        assertThat(read.judged()).isEqualTo(2);
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = FormatGoldenTest.class.getResourceAsStream("/" + name)) {
            assertThat(in).as("golden file " + name).isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
        }
    }
}
