package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FittedExtractorTest {
    private static final List<Prompt> PROMPTS = TopicPrompts.prompts(300, 1);
    private static final TfIdfSvd FITTED = TfIdfSvd.fit(PROMPTS, 16, 7);
    private static final FeatureSettings SETTINGS = FeatureSettings.defaults().withTier("tfidf-svd");

    @TempDir
    Path directory;

    @Test
    void shouldBeMadeFromTheFileOfTheSettings() throws IOException {
        // Given
        Path file = Files.write(directory.resolve("fitted"), FITTED.toBytes());
        // When
        try (FeatureExtractor extractor = FeatureExtractors.byName(SETTINGS.withFittedFile(file))) {
            // Then
            assertThat(extractor.id()).isEqualTo(new FittedExtractor(FITTED).id());
            assertThat(extractor.cheap()).isTrue();
            assertThat(extractor.extract(PROMPTS))
                    .isEqualTo(PROMPTS.stream()
                            .map(p -> FeatureVector.of(FITTED.apply(p)))
                            .toList());
        }
    }

    @Test
    void shouldSayWhyItCannotStart() throws IOException {
        // Given
        Path missing = directory.resolve("missing");
        Path bad = Files.writeString(directory.resolve("bad"), "Nothing that anyone has fitted");
        String start = "feature tier tfidf-svd cannot start: fitted file ";
        // Then
        assertThatThrownBy(() -> FeatureExtractors.byName(SETTINGS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("fittedFile is not set, must be the file of a fitted projection for tier tfidf-svd");
        assertThatThrownBy(() -> FeatureExtractors.byName(SETTINGS.withFittedFile(missing)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(start + missing + " does not exist");
        assertThatThrownBy(() -> FeatureExtractors.byName(SETTINGS.withFittedFile(bad)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(start + bad + " is not a fitted projection: magic is 4e6f7468, must be 50545356");
        assertThatThrownBy(() -> FittedExtractor.read(directory))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(start + directory + " cannot be read: ");
    }

    @Test
    void shouldChangeItsHashWithWhatWasFitted() {
        // Given
        TfIdfSvd otherSeed = TfIdfSvd.fit(PROMPTS, 16, 8);
        TfIdfSvd otherDimension = TfIdfSvd.fit(PROMPTS, 17, 7);
        TfIdfSvd otherPrompts = TfIdfSvd.fit(PROMPTS.subList(1, 300), 16, 7);
        // When
        List<ExtractorId> ids = Stream.of(FITTED, otherSeed, otherDimension, otherPrompts)
                .map(fitted -> new FittedExtractor(fitted).id())
                .toList();
        // Then
        assertThat(ids.stream().map(ExtractorId::hash)).doesNotHaveDuplicates();
        assertThat(ids.get(2).dimension()).isEqualTo(17);
        assertThat(ids.get(0)).isEqualTo(new FittedExtractor(TfIdfSvd.fromBytes(FITTED.toBytes())).id());
    }

    static Stream<Arguments> nasty() {
        return Nasty.prompts().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nasty")
    @Timeout(20)
    void shouldSurviveAnyText(String name, Prompt prompt) {
        // Given
        FittedExtractor extractor = new FittedExtractor(FITTED);
        // When
        List<FeatureVector> vectors = extractor.extract(List.of(prompt, prompt));
        // Then
        assertThat(vectors).hasSize(2);
        assertThat(vectors.get(0)).isEqualTo(vectors.get(1));
        for (float value : vectors.get(0).toFloats()) {
            assertThat(value).isBetween(-30f, 30f);
        }
    }

    @Test
    @Timeout(60)
    void shouldFitToAnyText() {
        // Given
        List<Prompt> prompts = List.copyOf(Nasty.prompts().values());
        // When
        TfIdfSvd fitted = TfIdfSvd.fit(prompts, 16, 7);
        // Then
        assertThat(new FittedExtractor(fitted).extract(prompts))
                .hasSameSizeAs(prompts)
                .allMatch(v -> !v.degraded());
    }
}
