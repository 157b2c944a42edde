package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HashedNgramExtractorTest {
    private static final List<Prompt> PROMPTS = List.of(
            Prompt.of("Answer the following multiple-choice question about law.\n\nQuestion: Who may sue?"),
            Prompt.of("def f(x): return x + 1\nWhat is f(2)?"),
            Prompt.of("量子力学とは何ですか"),
            Prompt.of(""),
            new Prompt(List.of(new Turn("system", "Be brief."), new Turn("user", "Hello there")), true));

    private final HashedNgramExtractor extractor = new HashedNgramExtractor(32);

    /** If this fails the numbers have changed: raise the version, then this constant. */
    @Test
    void shouldGiveTheNumbersOfItsVersion() {
        // Given
        CRC32 crc = new CRC32();
        // When
        extractor.extract(PROMPTS).forEach(vector -> crc.update(vector.toBytes()));
        // Then
        assertThat(extractor.id().version()).isEqualTo(1);
        assertThat(Long.toHexString(crc.getValue())).isEqualTo("66bb8ca");
    }

    @Test
    void shouldGiveTheSameAloneAsInABatchAndInAnotherInstance() {
        // Given
        HashedNgramExtractor other = new HashedNgramExtractor(32);
        // When
        List<FeatureVector> batch = extractor.extract(PROMPTS);
        // Then
        List<FeatureVector> alone = new ArrayList<>();
        PROMPTS.forEach(prompt -> alone.addAll(other.extract(List.of(prompt))));
        assertThat(batch).isEqualTo(alone).doesNotHaveDuplicates();
        assertThat(other.id()).isEqualTo(extractor.id());
        assertThat(batch).allSatisfy(v -> assertThat(v.dimension()).isEqualTo(32));
    }

    @Test
    void shouldKeepTheOpeningApartFromTheBody() {
        // Given
        String body = "\nQuestion: A long story about some river and the people beside it.\nOptions:\nA. One\nB. Two";
        FeatureVector law = vector("Answer the following question about law." + body);
        FeatureVector otherLaw = vector("Answer the following question about law.\nQuestion: Which court decides?");
        FeatureVector physics = vector("Answer the following question about physics." + body);
        // When
        double sameSubject = projectedCosine(law, otherLaw);
        double sameBody = projectedCosine(law, physics);
        // Then
        assertThat(sameSubject).isGreaterThan(0.9).isGreaterThan(sameBody + 0.2);
    }

    @Test
    void shouldTakeTheOpeningFromTheLastUserTurn() {
        // Given
        Turn system = new Turn("system", "You are the careful assistant of Example Company.");
        Turn law = new Turn("user", "\n  Explain the law of contracts");
        Turn stars = new Turn("user", "Explain stars");
        Turn reply = new Turn("assistant", "Contracts bind.");
        // When
        List<FeatureVector> vectors = extractor.extract(List.of(
                Prompt.of("Explain the law of contracts"),
                new Prompt(List.of(system, stars, law, reply), false),
                new Prompt(List.of(system, stars), false)));
        // Then
        assertThat(projectedCosine(vectors.get(0), vectors.get(1))).isGreaterThan(0.9);
        assertThat(projectedCosine(vectors.get(1), vectors.get(2))).isLessThan(0.6);
    }

    @Test
    void shouldNotCareForCaseOrTheOrderOfOpeningWords() {
        assertThat(projectedCosine(vector("Roman HISTORY of law"), vector("law, history: roman")))
                .isGreaterThan(0.95);
    }

    @Test
    void shouldChangeItsHashWithEverySetting() {
        // Given
        java.util.SortedMap<String, String> settings = new java.util.TreeMap<>(Map.of("a", "1", "b", "2"));
        java.util.SortedMap<String, String> changed = new java.util.TreeMap<>(Map.of("a", "1", "b", "3"));
        // When
        Set<String> hashes = new HashSet<>();
        for (int dimension = 24; dimension <= 64; dimension++) {
            hashes.add(new HashedNgramExtractor(dimension).id().hash());
        }
        List<ExtractorId> ids = List.of(
                ExtractorId.of("x", 1, 32, settings),
                ExtractorId.of("x", 1, 32, changed),
                ExtractorId.of("x", 2, 32, settings),
                ExtractorId.of("x", 1, 33, settings),
                ExtractorId.of("y", 1, 32, settings));
        // Then
        assertThat(hashes).hasSize(41).allMatch(hash -> hash.matches("[0-9a-f]{16}"));
        assertThat(ids.stream().map(ExtractorId::hash)).doesNotHaveDuplicates();
        assertThat(ids.get(0)).isEqualTo(ExtractorId.of("x", 1, 32, settings));
    }

    @Test
    void shouldRejectADimensionOutsideItsRange() {
        assertThatThrownBy(() -> new HashedNgramExtractor(23)).hasMessage("dimension is 23, must be between 24 and 64");
        assertThatThrownBy(() -> new ExtractorId("x", 1, 32, "ABC"))
                .hasMessage("hash has 3 characters, must be 16 lower-case hex characters");
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> nasty() {
        return Nasty.prompts().entrySet().stream()
                .map(e -> org.junit.jupiter.params.provider.Arguments.of(e.getKey(), e.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nasty")
    @Timeout(20)
    void shouldSurviveAnyText(String name, Prompt prompt) {
        // When
        List<FeatureVector> vectors = new ArrayList<>(extractor.extract(List.of(prompt)));
        vectors.addAll(new LexicalExtractor().extract(List.of(prompt)));
        Signals signals = new LexicalSignals().of(prompt);
        // Then
        assertThat(vectors).hasSize(2).allSatisfy(vector -> {
            assertThat(vector.degraded()).isFalse();
            for (float value : vector.toFloats()) {
                assertThat(value).isBetween(-30f, 30f);
            }
        });
        assertThat(signals.get("characters")).isEqualTo(prompt.characters());
        assertThat(signals.get("tokens"))
                .isBetween(0.0, 2.0 * prompt.characters() + prompt.turns().size());
    }

    private FeatureVector vector(String text) {
        return extractor.extract(List.of(Prompt.of(text))).get(0);
    }

    private static double projectedCosine(FeatureVector a, FeatureVector b) {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = LexicalFeatures.COUNT; i < a.dimension(); i++) {
            dot += a.get(i) * b.get(i);
            squaresA += a.get(i) * a.get(i);
            squaresB += b.get(i) * b.get(i);
        }
        return dot / Math.sqrt(squaresA * squaresB);
    }
}
