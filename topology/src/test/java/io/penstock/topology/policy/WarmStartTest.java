package io.penstock.topology.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.learner.Features;
import io.penstock.learner.warm.InvalidWarmModelException;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import io.penstock.learner.warm.WarmOutcomes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmStartTest {
    private static final String OPTION = "penstock.warm.file";

    @TempDir
    private Path folder;

    private static WarmModel model(double quality) {
        double[][] verdicts = {{quality, quality}};
        return WarmModel.fit(
                WarmKind.LOGISTIC,
                WarmOutcomes.of(List.of("gpt"), List.of(Features.of(0), Features.of(1)), verdicts, new double[1][2]));
    }

    @Test
    void shouldReadWhatWasTrainedAndNameItByItsContent() throws IOException {
        // Given
        Path file = Files.write(
                folder.resolve("warm.model"), model(0.5).withExtractor("0a1b").toBytes());
        // When
        WarmStart warm = WarmStart.load(OPTION, file);
        // Then
        assertThat(warm).isNotNull();
        assertThat(warm.suits("0a1b")).isTrue();
        assertThat(warm.suits("0a1c")).isFalse();
        assertThat(warm.key())
                .isEqualTo(WarmStart.of(Files.readAllBytes(file)).key())
                .isNotEqualTo(
                        WarmStart.of(model(0.6).withExtractor("0a1b").toBytes()).key());
    }

    @Test
    void shouldKeepResidualsInAScopeBelowTheirOwn() {
        // Given
        WarmStart warm = WarmStart.of(model(0.5).withExtractor("0a1b").toBytes());
        WarmStart other = WarmStart.of(model(0.6).withExtractor("0a1b").toBytes());
        // When
        String scope = warm.scope("tenant/acme");
        // Then
        assertThat(warm.isScope(scope)).isTrue();
        assertThat(other.isScope(scope)).isFalse();
        assertThat(WarmStart.isResidual(scope)).isTrue();
        assertThat(WarmStart.base(scope)).isEqualTo("tenant/acme");
        assertThat(WarmStart.isResidual("tenant/warm-acme")).isFalse();
        assertThat(WarmStart.base("tenant/warm-acme")).isEqualTo("tenant/warm-acme");
    }

    @Test
    void shouldStartWithoutAFileAndSayWhatIsWrongWithOne() throws IOException {
        Path missing = folder.resolve("missing");
        Path text = Files.writeString(folder.resolve("text"), "not a warm model, but long enough for a header");
        assertThat(WarmStart.load(OPTION, null)).isNull();
        assertThatThrownBy(() -> WarmStart.load(OPTION, missing))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(OPTION)
                .hasMessageContaining(missing.toString());
        assertThatThrownBy(() -> WarmStart.load(OPTION, text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("it must be a warm model that penstock train has written")
                .hasMessageContaining("magic must be");
        assertThatThrownBy(() -> WarmStart.of(model(0.5).toBytes()))
                .isInstanceOf(InvalidWarmModelException.class)
                .hasMessage("warm model must name its extractor, but does not");
    }
}
