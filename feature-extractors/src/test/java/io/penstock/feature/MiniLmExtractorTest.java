package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class MiniLmExtractorTest {
    private static final String CAT = "A cat sleeps on the warm sofa";
    private static final String KITTEN = "The kitten is napping on the couch";
    private static final String MARKETS = "Central banks raised interest rates to fight inflation";

    private static MiniLmExtractor extractor;

    @BeforeAll
    static void open() {
        extractor = MiniLmExtractor.create(settings(Device.CPU));
    }

    @AfterAll
    static void close() {
        extractor.close();
    }

    @Test
    void shouldPutSimilarSentencesTogether() {
        // When
        FeatureVector cat = vector(CAT);
        FeatureVector kitten = vector(KITTEN);
        FeatureVector markets = vector(MARKETS);
        // Then
        assertThat(cosine(cat, kitten)).isGreaterThan(0.5);
        assertThat(cosine(cat, markets)).isLessThan(0.3);
        assertThat(cat.dimension()).isEqualTo(64);
    }

    @Test
    void shouldRepeatItselfBitByBitAlone() {
        assertThat(vector(CAT)).isEqualTo(vector(CAT));
    }

    /** Int8 activations are scaled per batch: near, not equal. */
    @Test
    void shouldStayNearItselfInABatchAndKeepTheOrder() {
        // Given
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            String text = List.of(CAT, MARKETS, KITTEN).get(i % 3);
            prompts.add(Prompt.of(text + " and more of it".repeat(i % 5)));
        }
        // When
        List<FeatureVector> batch = extractor.extract(prompts);
        // Then
        for (int i = 0; i < prompts.size(); i++) {
            FeatureVector alone = extractor.extract(List.of(prompts.get(i))).get(0);
            assertThat(cosine(batch.get(i), alone)).as("prompt %d", i).isGreaterThan(0.95);
        }
    }

    @Test
    void shouldReadTheLastTurnFirstAndNoMoreThanItsLimit() {
        // Given
        Prompt conversation =
                new Prompt(List.of(new Turn("system", "a"), new Turn("user", "b"), new Turn("user", "c")), false);
        Prompt longer = Prompt.of("word ".repeat(400_000));
        // When
        String text = MiniLmTokenizer.text(conversation);
        // Then
        assertThat(text).isEqualTo("c\na\nb");
        assertThat(MiniLmTokenizer.text(longer)).hasSize(MiniLmTokenizer.MAX_CHARACTERS);
        assertThat(vector("word ".repeat(400_000))).isEqualTo(vector("word ".repeat(1000)));
        assertThat(vector("word ".repeat(200))).isNotEqualTo(vector("word ".repeat(150)));
    }

    @Test
    void shouldSurviveAnyText() {
        // Given
        List<Prompt> prompts = List.copyOf(Nasty.prompts().values());
        // When
        List<FeatureVector> vectors = extractor.extract(prompts);
        // Then
        assertThat(vectors).hasSameSizeAs(prompts).allSatisfy(v -> {
            assertThat(v.degraded()).isFalse();
            for (float value : v.toFloats()) {
                assertThat(value).isBetween(-20f, 20f);
            }
        });
    }

    @Test
    void shouldServeMoreCallersThanSessions() {
        // Given
        FeatureVector expected = vector(CAT);
        // When
        List<CompletableFuture<FeatureVector>> calls = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> vector(CAT)))
                .toList();
        // Then
        assertThat(calls.stream().map(CompletableFuture::join)).containsOnly(expected);
    }

    @Test
    void shouldRunInTheEngineBehindItsCache() {
        // Given
        CountingMetrics metrics = new CountingMetrics();
        FeatureSettings settings = settings(Device.CPU);
        FeatureExtractor cached = FeatureExtractors.byName(settings, metrics);
        // When
        try (FeatureEngine engine = new FeatureEngine(cached, EngineSettings.from(settings), metrics)) {
            FeatureVector first = engine.submit(Prompt.of(CAT)).join();
            FeatureVector second = engine.submit(Prompt.of(CAT)).join();
            // Then
            assertThat(first).isEqualTo(second).isEqualTo(vector(CAT));
            assertThat(metrics.get(EngineMetrics.Event.CACHE_HIT)).isEqualTo(1);
        }
    }

    @Test
    void shouldFallBackToTheCpuOnlyWhenLeftToChoose() {
        try (MiniLmExtractor automatic = MiniLmExtractor.create(settings(Device.AUTO))) {
            assumeTrue(automatic.device().equals(Device.CPU), "this machine has a CUDA device");
            assertThatThrownBy(() -> MiniLmExtractor.create(settings(Device.cuda(0))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("device is cuda:0, but ONNX Runtime cannot use it (")
                    .hasMessageEndingWith(
                            "build with -Pcuda on a machine with the CUDA driver, or set device to auto or cpu");
        }
    }

    private static FeatureSettings settings(Device device) {
        return new FeatureSettings("minilm", 64, device, 10, Duration.ofMinutes(1), 8, 1);
    }

    private static FeatureVector vector(String text) {
        return extractor.extract(List.of(Prompt.of(text))).get(0);
    }

    private static double cosine(FeatureVector a, FeatureVector b) {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.dimension(); i++) {
            dot += a.get(i) * b.get(i);
            squaresA += a.get(i) * a.get(i);
            squaresB += b.get(i) * b.get(i);
        }
        return dot / Math.sqrt(squaresA * squaresB);
    }
}
