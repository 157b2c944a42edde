package io.penstock.app.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.connector.recorded.RecordedOutcomes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the published reference scores of recorded data, where a folder shared/data lies in the checkout or beside it. */
class ReferenceTest {
    private static final Path DATA = Stream.of(Path.of("..", "shared", "data"), Path.of("..", "..", "shared", "data"))
            .filter(Files::isDirectory)
            .findFirst()
            .orElse(Path.of("none"));

    @ParameterizedTest(name = "{0} at lambda {1}")
    @CsvSource({
        "mmlupro, 0.05, 0.0006947, 0.9033, 0.6562, gemini-1.5-pro-002, 0.4671",
        "zeroeval, 0.05, 0.01705, 0.9482, 0.8292, claude-3-5-sonnet-20241022, 0.6643",
        "zeroeval8-latency, 0.20, 9609, 0.8807, 0.7697, claude-3-5-sonnet-20241022, 0.6126",
        "zeroeval-open-energy, 0.20, 905.7, 0.8524, 0.6757, qwen2-72b-instruct, 0.5550",
        "pareto, 0.02, 0.01494, 0.9698, 0.9266, google/gemini-2.5-flash, 0.8900",
        "family4, 0.20, 0.0007862, 0.8203, 0.6381, gemini-1.5-flash, 0.5476"
    })
    void shouldAgreeWithThePublishedScores(
            String pool, double lambda, double reference, double oracle, double best, String bestName, double random) {
        // Given
        assumeTrue(Files.isDirectory(DATA), "no folder shared/data in the checkout or beside it");
        RecordedOutcomes outcomes = RecordedOutcomes.load(DATA, DATA, pool);

        // When
        Controls controls = new Controls(Scoring.of(outcomes, lambda), outcomes.prompts());

        // Then: published to four digits; our oracle takes cost into account, theirs only between equals
        assertThat(outcomes.reference()).isEqualTo(reference, within(reference * 1e-3));
        assertThat(controls.oracle().reward()).isBetween(oracle - 1e-4, oracle + 0.004);
        int arm = controls.bestFixedArm();
        assertThat(outcomes.arms().get(arm).name()).isEqualTo(bestName);
        assertThat(controls.fixed().get(arm).reward()).isEqualTo(best, within(1e-4));
        assertThat(controls.random().reward()).isEqualTo(random, within(1e-4));
    }
}
