package io.penstock.app.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.app.replay.SampleData;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ChangeStudyTest {

    @Test
    void shouldFindADropSoonAndHardlyEverWhereThereIsNone() {
        // Given
        EvalSettings settings =
                new EvalSettings("thompson", Map.of(), List.of(0.05), 2, 32, 0, 0, 0, OptionalInt.of(600));

        // When
        ChangeRow row;
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            row = new ChangeStudy(settings, extractor).study(SampleData.load());
        }

        // Then
        assertThat(row.alarms()).isLessThanOrEqualTo(row.pulls() / 100_000);
        assertThat(row.ratio()).isBetween(0.5, 1.5);
        assertThat(row.kept()).isBetween(0.9, 1.1);
        assertThat(ChangeStudy.write(List.of(row)))
                .contains(row.pool(), row.alarms() + " false alarms in " + row.pulls());
    }
}
