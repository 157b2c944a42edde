package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.feature.EngineMetrics.Event;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CachingExtractorTest {
    private final CountingMetrics metrics = new CountingMetrics();
    private final FeatureEngineTest.Fake fake = new FeatureEngineTest.Fake(2);

    @Test
    void shouldAskOnlyForWhatIsMissingAndKeepTheOrder() {
        // Given
        CachingExtractor caching = new CachingExtractor(fake, 100, metrics);
        caching.extract(List.of(Prompt.of("bb")));
        // When
        List<FeatureVector> vectors = caching.extract(List.of(Prompt.of("a"), Prompt.of("bb"), Prompt.of("ccc")));
        // Then
        assertThat(vectors.stream().map(v -> v.get(0))).containsExactly(1f, 2f, 3f);
        assertThat(fake.batches).containsExactly(1, 2);
        assertThat(metrics.get(Event.CACHE_HIT)).isEqualTo(1);
        assertThat(metrics.get(Event.CACHE_MISS)).isEqualTo(3);
    }

    @Test
    void shouldStayBounded() {
        // Given
        CachingExtractor caching = new CachingExtractor(fake, 50, metrics);
        // When
        IntStream.range(0, 1000).forEach(i -> caching.extract(List.of(Prompt.of("p" + i))));
        // Then
        assertThat(caching.size()).isBetween(1L, 50L);
    }

    @Test
    void shouldNotKeepDegradedVectors() {
        // Given
        fake.answer = prompts -> List.of(FeatureVector.degraded(2));
        CachingExtractor caching = new CachingExtractor(fake, 50, metrics);
        // When
        caching.extract(List.of(Prompt.of("a")));
        // Then
        assertThat(caching.size()).isZero();
    }

    @Test
    void shouldTellPromptsApartByEverythingAVectorMayDependOn() {
        // Given
        Stream<Prompt> prompts = Stream.of(
                Prompt.of("ab"),
                Prompt.of("ba"),
                Prompt.of("ab\0"),
                Prompt.of(""),
                new Prompt(List.of(), false),
                new Prompt(List.of(new Turn("user", "ab")), true),
                new Prompt(List.of(new Turn("system", "ab")), false),
                new Prompt(List.of(new Turn("user", "a"), new Turn("user", "b")), false),
                new Prompt(List.of(new Turn("user", ""), new Turn("user", "ab")), false));
        // When
        Set<PromptKey> keys = prompts.map(p -> PromptKey.of(p, "0")).collect(Collectors.toSet());
        // Then
        assertThat(keys).hasSize(9);
        assertThat(PromptKey.of(Prompt.of("ab"), "0")).isEqualTo(PromptKey.of(Prompt.of("ab"), "0"));
        assertThat(PromptKey.of(Prompt.of("ab"), "0")).isNotEqualTo(PromptKey.of(Prompt.of("ab"), "1"));
    }

    @Test
    void shouldNotCollideOnAHundredThousandPrompts() {
        // When
        Set<PromptKey> keys = IntStream.range(0, 100_000)
                .mapToObj(i -> PromptKey.of(Prompt.of("question " + i), "0"))
                .collect(Collectors.toSet());
        // Then
        assertThat(keys).hasSize(100_000);
        assertThat(keys.stream().map(PromptKey::high).distinct().count()).isEqualTo(100_000);
        assertThat(keys.stream().map(PromptKey::low).distinct().count()).isEqualTo(100_000);
    }

    @Test
    void shouldRejectACacheOfNothing() {
        assertThatThrownBy(() -> new CachingExtractor(fake, 0, metrics)).hasMessage("entries is 0, must be 1 or more");
    }
}
