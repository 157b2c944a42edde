package io.penstock.topology.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.feature.FeatureVector;
import io.penstock.learner.Features;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import io.penstock.learner.warm.WarmOutcomes;
import io.penstock.learner.warm.WarmResiduals;
import io.penstock.schema.Identity;
import io.penstock.topology.catalog.Catalog;
import io.penstock.topology.enrich.EnrichedRequest;
import io.penstock.topology.experiment.ExperimentView;
import io.penstock.topology.policy.Generations;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyViews;
import io.penstock.topology.policy.ShardStatistics;
import io.penstock.topology.policy.WarmStart;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** What a warm model has missed goes along with the scope it was missed in. */
class ReadingsTest {
    private static final String SCOPE = "tenant/acme";
    private static final String EXTRACTOR = "0a1b";

    private final WarmStart warm = WarmStart.of(WarmModel.fit(
                    WarmKind.LOGISTIC,
                    WarmOutcomes.of(
                            List.of("gpt"),
                            List.of(Features.of(0), Features.of(1)),
                            new double[][] {{0.5, 0.5}},
                            new double[1][2]))
            .withExtractor(EXTRACTOR)
            .toBytes());
    private final PolicyViews views = new PolicyViews(LearnerSettings.defaults(), Map.of(EXTRACTOR, 1), warm);
    private final Readings readings = new Readings(views, new ExperimentView());

    @Test
    void shouldAddWhatWasMissedInTheBaseAndSince() {
        // Given
        missed(SCOPE, -0.3, 1);
        missed(SCOPE + "@base-1", 0.2, 2);
        missed(SCOPE + "@1", 0.2, 3);

        // When
        Readings.Read today = read(Generations.Reading.of(SCOPE));
        Readings.Read rolledBack = read(new Generations.Reading(SCOPE + "@base-1", SCOPE + "@1", true));

        // Then
        assertThat(today.beliefs().warm().residuals().shift(0)).isNegative();
        assertThat(rolledBack.beliefs().warm().residuals().shift(0)).isPositive();
        assertThat(rolledBack.uses())
                .extracting(PolicyUse::getScope)
                .containsExactly(
                        SCOPE + "@base-1", SCOPE + "@1", warm.scope(SCOPE + "@base-1"), warm.scope(SCOPE + "@1"));
        assertThat(rolledBack.uses())
                .extracting(PolicyUse::getRole)
                .containsExactly(PolicyRole.FROZEN, PolicyRole.LEARNS, PolicyRole.FROZEN, PolicyRole.LEARNS);
    }

    @Test
    void shouldLearnOnInBothWhereAPinIsRead() {
        // Given
        missed(SCOPE + "@base-1", 0.2, 2);
        missed(SCOPE, -0.3, 1);

        // When
        Readings.Read pinned = read(new Generations.Reading(SCOPE + "@base-1", SCOPE, false));

        // Then
        assertThat(pinned.beliefs().warm().residuals().shift(0)).isPositive();
        assertThat(pinned.uses().stream()
                        .filter(use -> use.getRole() == PolicyRole.UNUSED)
                        .map(PolicyUse::getScope))
                .containsExactly(SCOPE, warm.scope(SCOPE));
    }

    private void missed(String scope, double by, long offset) {
        ModelStatistics sums = ModelStatistics.empty(WarmStart.DIMENSION);
        for (int i = 0; i < 300; i++) {
            sums.apply(WarmResiduals.CONTEXT, WarmResiduals.observation(new Observation.Judged(1, 0.5 + by), 0.5));
        }
        LearnedKey key = new LearnedKey(warm.scope(scope), "gpt", WarmStart.RESIDUALS);
        views.apply(new ShardStatistics(key, 0, 1, sums, offset), 0, offset);
    }

    private Readings.Read read(Generations.Reading reading) {
        return readings.read(reading, request(), Catalog.EMPTY);
    }

    private static OpenRequest request() {
        return new OpenRequest(
                new Identity("acme", "r1"),
                "r1",
                0,
                "",
                Set.of(),
                EXTRACTOR,
                FeatureVector.of(new float[] {1}),
                new EnrichedRequest.Source("t", 0, 0),
                0,
                1,
                Bytes.wrap(new byte[16]),
                Bytes.wrap(new byte[0]),
                Set.of());
    }
}
