package io.penstock.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.app.replay.SampleData;
import io.penstock.app.replay.Scoring;
import io.penstock.app.replay.Workload;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TenantStudyTest {
    private static final EvalSettings SETTINGS =
            new EvalSettings("thompson", Map.of(), List.of(0.05), 4, 32, 0, 0, 0, OptionalInt.empty());

    @Test
    void shouldShowWhatSmallTenantsGainTogether() {
        // Given
        RecordedOutcomes sample = SampleData.load();

        // When
        List<TenantRow> rows;
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            rows = new TenantStudy(SETTINGS, 12, extractor).study(sample);
        }

        // Then
        assertThat(rows).extracting(TenantRow::split).containsExactly("by task", "at random");
        TenantRow random = rows.get(1);
        assertThat(random.prompts()).isEqualTo(sample.prompts().size() / 12);
        assertThat(random.grouping().value())
                .isGreaterThan(2 * random.grouping().error())
                .isPositive();
        assertThat(random.gaps()).hasSize(3);
        assertThat(TenantStudy.write(rows)).contains("by task", "at random", "group - isolated");
    }

    @Test
    void shouldDecideForAGroupAsForASingleTenant() {
        // Given
        RecordedOutcomes sample = SampleData.load();
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            EvalPool pool = new EvalPool(sample, extractor);
            Workload workload = new Workload(sample, 2, OptionalInt.of(300));
            int[] owners = new int[pool.size()];
            for (int i = 0; i < owners.length; i++) {
                owners[i] = i % 7;
            }
            CardDecider decider = new CardDecider(pool, workload, SETTINGS, 0.05, 2);
            EvalSettings limited =
                    new EvalSettings("thompson", Map.of(), List.of(0.05), 1, 32, 0, 0, 0, OptionalInt.of(300));

            // When
            double group = new TenantPass(pool, limited, workload, owners, TenantPass.Sharing.GROUP, decider)
                    .run()
                    .reward(pool, Scoring.of(sample, 0.05));

            // Then
            assertThat(group).isEqualTo(ColdPass.run(pool, limited, 0.05, 2).reward(pool, Scoring.of(sample, 0.05)));
        }
    }

    @Test
    void shouldRefuseWhatCannotBeSplit() {
        RecordedOutcomes sample = SampleData.load();
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            assertThatThrownBy(() -> new TenantStudy(SETTINGS, 1, extractor))
                    .hasMessage("tenants must be at least 2, but are 1");
            assertThatThrownBy(() -> new TenantStudy(SETTINGS, 1_000_000, extractor).study(sample))
                    .hasMessageContaining("must have a prompt for each of 1000000 tenants");
        }
    }
}
