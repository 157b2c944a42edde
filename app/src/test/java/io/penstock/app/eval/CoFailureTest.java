package io.penstock.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.app.replay.SampleData;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoFailureTest {

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource({
        "651, 7169, 0.0843, 0.0977",
        "86, 1680, 0.0411, 0.0628",
        "117, 1680, 0.0579, 0.0829",
        "219, 1680, 0.1146, 0.1474",
        "0, 2166, 0.0000, 0.0017",
        "1342, 8849, 0.1442, 0.1593",
        "5, 5, 0.4782, 1"
    })
    void shouldGiveTheExactInterval(int failed, int prompts, double low, double high) {
        // When
        CoFailure failure = CoFailure.of(failed, prompts);
        // Then
        assertThat(failure.low()).isCloseTo(low, within(5e-5));
        assertThat(failure.high()).isCloseTo(high, within(5e-5));
    }

    @Test
    void shouldCountThePromptsThatNoModelAnswersWell() {
        // Given
        EvalPool pool;
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            pool = new EvalPool(SampleData.load(), extractor);
        }
        // When
        CoFailure failure = CoFailure.of(pool);
        // Then
        double best = 0;
        for (int arm = 0; arm < pool.arms(); arm++) {
            best = Math.max(best, pool.quality(arm, pool.places()));
        }
        assertThat(failure.prompts()).isEqualTo(pool.size());
        assertThat(failure.share()).isBetween(0.01, 1 - best).isBetween(failure.low(), failure.high());
    }
}
