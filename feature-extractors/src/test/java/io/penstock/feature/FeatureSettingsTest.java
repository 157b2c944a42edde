package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FeatureSettingsTest {
    private static final FeatureSettings DEFAULTS = FeatureSettings.defaults();

    @Test
    void shouldDefaultToHashedNgrams() {
        try (FeatureExtractor extractor = FeatureExtractors.byName(DEFAULTS)) {
            assertThat(extractor).isInstanceOf(HashedNgramExtractor.class);
            assertThat(extractor.id().dimension()).isEqualTo(32);
            assertThat(extractor.cheap()).isTrue();
        }
    }

    @Test
    void shouldNameTheFieldTheValueAndWhatIsRight() {
        assertThatThrownBy(() -> DEFAULTS.withTier("magic"))
                .hasMessage("tier is 'magic', must be one of [lexical, hashed-ngrams, tfidf-svd, minilm]");
        assertThatThrownBy(() -> DEFAULTS.withDimension(65)).hasMessage("dimension is 65, must be between 24 and 64");
        assertThatThrownBy(() -> new FeatureSettings("lexical", 32, Device.CPU, -1, Duration.ofSeconds(1), 1, 1))
                .hasMessage("cacheEntries is -1, must be between 0 and 10000000");
        assertThatThrownBy(() -> new FeatureSettings("lexical", 32, Device.CPU, 0, Duration.ZERO, 1, 1))
                .hasMessage("deadline is PT0S, must be positive");
        assertThatThrownBy(() -> new EngineSettings(1, 0, Duration.ofSeconds(1)))
                .hasMessage("maxBatch is 0, must be between 1 and 4096");
    }

    @Test
    void shouldKeepTheFittedFileWhenOtherSettingsChange() {
        // Given
        Path file = Path.of("fitted.bin");
        // When
        FeatureSettings settings =
                DEFAULTS.withFittedFile(file).withTier("tfidf-svd").withDimension(48);
        // Then
        assertThat(settings.fittedFile()).isEqualTo(file);
        assertThat(settings.withFittedFile(Path.of("other")).dimension()).isEqualTo(48);
        assertThat(DEFAULTS.fittedFile()).isNull();
    }

    @Test
    void shouldMakeTheLexicalTier() {
        try (FeatureExtractor extractor = FeatureExtractors.byName(DEFAULTS.withTier("lexical"))) {
            assertThat(extractor.id().name()).isEqualTo("lexical");
            assertThat(extractor.id().dimension()).isEqualTo(12);
        }
    }
}
