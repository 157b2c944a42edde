package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TfIdfSvdTest {
    private static final List<Prompt> PROMPTS = TopicPrompts.prompts(400, 1);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void shouldTellPlantedTopicsApart(long seed) {
        // Given
        List<Prompt> training = TopicPrompts.prompts(400, seed);
        List<Prompt> fresh = TopicPrompts.prompts(400, seed + 100);
        // When
        TfIdfSvd fitted = TfIdfSvd.fit(training, 16, seed);
        // Then
        List<float[]> known = training.stream().map(fitted::apply).toList();
        long right = IntStream.range(0, fresh.size())
                .filter(i -> nearest(fitted.apply(fresh.get(i)), known) % 4 == i % 4)
                .count();
        assertThat(right).isGreaterThanOrEqualTo(380);
    }

    @Test
    void shouldCentreTheTrainingPromptsAtMeanSquaredLengthFour() {
        // Given
        int dimension = 24;
        // When
        TfIdfSvd fitted = TfIdfSvd.fit(PROMPTS, dimension, 7);
        // Then
        double[] means = new double[dimension];
        double[] squares = new double[dimension];
        for (Prompt prompt : PROMPTS) {
            float[] vector = fitted.apply(prompt);
            for (int i = 0; i < dimension; i++) {
                means[i] += vector[i] / (double) PROMPTS.size();
                squares[i] += vector[i] * (double) vector[i] / PROMPTS.size();
            }
        }
        assertThat(means).usingComparatorWithPrecision(1e-6).containsOnly(0);
        assertThat(Arrays.stream(squares).min().orElseThrow()).isPositive();
        assertThat(Arrays.stream(squares).sum()).isCloseTo(4, within(1e-5));
    }

    /** With room for every direction, cosines of the unit vectors are those of the TF-IDF rows, worked out by hand. */
    @Test
    void shouldWeighTermsLikeASublinearTfidfVectorizer() {
        // Given
        List<Prompt> prompts = prompts("red red blue", "RED, green", "blue green green green 7", "7 red");
        // When
        TfIdfSvd fitted = TfIdfSvd.fit(prompts, 8, 1);
        // Then
        double red = Math.log(5 / 4.0) + 1;
        double other = Math.log(5 / 3.0) + 1;
        double[][] rows = {
            {(1 + Math.log(2)) * red, other, 0, 0},
            {red, 0, other, 0},
            {0, other, (1 + Math.log(3)) * other, other},
            {red, 0, 0, other}
        };
        assertThat(fitted.terms()).isEqualTo(4);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                double cosine = cosine(unit(fitted, prompts.get(i)), unit(fitted, prompts.get(j)));
                assertThat(cosine).isCloseTo(cosine(rows[i], rows[j]), within(1e-5));
            }
        }
    }

    @Test
    void shouldCountWordPairsAcrossPunctuation() {
        // Given
        List<Prompt> prompts = prompts("civil law", "Civil: LAW", "law of", "civil of");
        // When
        TfIdfSvd fitted = TfIdfSvd.fit(prompts, 8, 1);
        // Then
        assertThat(fitted.terms()).as("civil, law, of, civil law").isEqualTo(4);
        assertThat(fitted.apply(prompts.get(0)))
                .isEqualTo(fitted.apply(prompts.get(1)))
                .isNotEqualTo(fitted.apply(Prompt.of("law civil")));
    }

    @Test
    void shouldGiveTheSameBytesForTheSameSeedInAnyOrder() {
        // Given
        List<Prompt> shuffled = new ArrayList<>(PROMPTS);
        Collections.shuffle(shuffled, new Random(5));
        // When
        TfIdfSvd fitted = TfIdfSvd.fit(PROMPTS, 16, 7);
        // Then
        assertThat(TfIdfSvd.fit(PROMPTS, 16, 7).toBytes()).isEqualTo(fitted.toBytes());
        assertThat(TfIdfSvd.fit(shuffled, 16, 7).toBytes()).isEqualTo(fitted.toBytes());
        assertThat(TfIdfSvd.fit(PROMPTS, 16, 8).contentHash()).isNotEqualTo(fitted.contentHash());
    }

    @Test
    void shouldGiveTheSameVectorsAfterARoundTrip() {
        // Given
        TfIdfSvd fitted = TfIdfSvd.fit(PROMPTS, TfIdfSvd.DEFAULT_DIMENSION, 7);
        // When
        TfIdfSvd read = TfIdfSvd.fromBytes(fitted.toBytes());
        // Then
        assertThat(read.toBytes()).isEqualTo(fitted.toBytes());
        assertThat(read).hasToString(fitted.toString());
        assertThat(TopicPrompts.prompts(50, 9))
                .allSatisfy(prompt -> assertThat(read.apply(prompt)).isEqualTo(fitted.apply(prompt)));
    }

    @Test
    void shouldAskForThreePromptsATermFromTwoHundredOn() {
        // Given
        List<Prompt> prompts = prompts("alpha", "alpha", "alpha", "beta", "beta", "beta", "gamma", "gamma");
        List<Prompt> more = new ArrayList<>(prompts);
        more.addAll(Collections.nCopies(200 - prompts.size(), Prompt.of("")));
        // When
        TfIdfSvd few = TfIdfSvd.fit(more.subList(0, 199), 8, 1);
        TfIdfSvd many = TfIdfSvd.fit(more, 8, 1);
        // Then
        assertThat(few.terms()).isEqualTo(3);
        assertThat(many.terms()).isEqualTo(2);
    }

    @Test
    void shouldKeepTheMostFrequentTermsOnly() {
        // Given
        List<Prompt> prompts = new ArrayList<>();
        for (int p = 0; p < 90; p++) {
            StringBuilder text = new StringBuilder("everywhere");
            for (int i = 0; i < 400; i++) {
                // Each number is in two prompts, and so is each pair but the first.
                text.append(' ').append(p / 2 * 400 + i);
            }
            prompts.add(Prompt.of(text.toString()));
        }
        prompts.add(Prompt.of("something else"));
        prompts.add(Prompt.of("something"));
        // When
        TfIdfSvd fitted = TfIdfSvd.fit(prompts, 8, 1);
        // Then
        assertThat(fitted.terms()).isEqualTo(32_768);
        assertThat(fitted.apply(Prompt.of("everywhere"))).isNotEqualTo(new float[8]);
    }

    @Test
    void shouldGiveZerosWithoutAKnownTerm() {
        // Given
        TfIdfSvd fitted = TfIdfSvd.fit(PROMPTS, 16, 7);
        // When
        float[] unknown = fitted.apply(Prompt.of("Zwölf Boxkämpfer jagen Viktor!"));
        // Then
        assertThat(unknown).isEqualTo(new float[16]);
        assertThat(fitted.apply(Prompt.of(""))).isEqualTo(new float[16]);
        assertThat(fitted.apply(Prompt.of("judge"))).isNotEqualTo(new float[16]);
    }

    @Test
    void shouldLeaveComponentsWithoutAMeaningZero() {
        // Given
        List<Prompt> prompts = prompts("alpha", "alpha", "beta", "beta");
        // When
        float[] vector = TfIdfSvd.fit(prompts, 8, 1).apply(Prompt.of("alpha"));
        // Then
        assertThat(IntStream.range(0, 8).filter(i -> vector[i] != 0).count()).isBetween(1L, 2L);
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertThatThrownBy(() -> TfIdfSvd.fit(List.of(), 64, 1)).hasMessage("prompts is empty, must have at least one");
        assertThatThrownBy(() -> TfIdfSvd.fit(PROMPTS, 7, 1)).hasMessage("dimension is 7, must be between 8 and 128");
        assertThatThrownBy(() -> TfIdfSvd.fit(PROMPTS, 129, 1))
                .hasMessage("dimension is 129, must be between 8 and 128");
        assertThatThrownBy(() -> TfIdfSvd.fit(prompts("one", "two"), 8, 1))
                .hasMessage("prompts share 0 terms, must share at least one: a word in 2 of the 2 prompts");
        assertThatThrownBy(() -> TfIdfSvd.fit(prompts("one", "one", "two"), 8, 1))
                .hasMessage("prompts have 1 mix of shared terms, must have at least two");
    }

    @Test
    void shouldHoldNoText() {
        // When
        TfIdfSvd fitted = TfIdfSvd.fit(PROMPTS, 16, 7);
        // Then
        String bytes = new String(fitted.toBytes(), StandardCharsets.ISO_8859_1);
        assertThat(bytes + fitted).doesNotContain("judge", "photon", "enzyme", "pointer");
    }

    /** The vector before it is centred and scaled, through the documented layout of the bytes. */
    private static double[] unit(TfIdfSvd fitted, Prompt prompt) {
        ByteBuffer bytes = ByteBuffer.wrap(fitted.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
        float[] vector = fitted.apply(prompt);
        double[] unit = new double[vector.length];
        int means = bytes.capacity() - 2 * Float.BYTES * vector.length;
        for (int i = 0; i < unit.length; i++) {
            float scale = bytes.getFloat(means + Float.BYTES * (vector.length + i));
            unit[i] = bytes.getFloat(means + Float.BYTES * i) + (scale == 0 ? 0 : vector[i] / (double) scale);
        }
        return unit;
    }

    private static List<Prompt> prompts(String... texts) {
        return List.of(texts).stream().map(Prompt::of).toList();
    }

    private static int nearest(float[] vector, List<float[]> known) {
        Map<Integer, Double> cosines = new HashMap<>();
        for (int i = 0; i < known.size(); i++) {
            cosines.put(
                    i,
                    cosine(
                            FeatureVector.of(vector).toDoubles(),
                            FeatureVector.of(known.get(i)).toDoubles()));
        }
        return Collections.max(cosines.entrySet(), Map.Entry.comparingByValue()).getKey();
    }

    private static double cosine(double[] a, double[] b) {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            squaresA += a[i] * a[i];
            squaresB += b[i] * b[i];
        }
        return dot / Math.sqrt(squaresA * squaresB);
    }
}
