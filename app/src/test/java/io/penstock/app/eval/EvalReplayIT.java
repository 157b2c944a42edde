package io.penstock.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.app.node.NodeOptions;
import io.penstock.app.replay.ProgressDisplay;
import io.penstock.app.replay.ReplayReport;
import io.penstock.app.replay.ReplaySession;
import io.penstock.app.replay.ReplaySettings;
import io.penstock.app.replay.SampleData;
import io.penstock.app.replay.Scoring;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an evaluation says without Kafka is what the deterministic replay does with it. */
@Tag("study")
class EvalReplayIT {
    private static final int LIMIT = 160;
    private static final int SEED = 3;

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"thompson", "squarecb", "ucb1", "beta-thompson"})
    void shouldChooseAsTheDeterministicReplayDoes(String policy) {
        // Given
        RecordedOutcomes sample = SampleData.load();
        ReplaySettings replay = new ReplaySettings(policy, 0.05, SEED, OptionalInt.of(LIMIT), 16, true, 4, null);
        EvalSettings eval = new EvalSettings(policy, Map.of(), List.of(0.05), 1, 16, 0, 0, 0, OptionalInt.of(LIMIT));
        ProgressDisplay silent =
                new ProgressDisplay(new PrintWriter(new StringWriter()), false, InstantSource.system());

        // When
        ReplayReport report =
                new ReplaySession(sample, replay, Map.of()).run(NodeOptions.temporary(), step -> {}, silent);
        double evaluated;
        double[] shares;
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            EvalPool pool = new EvalPool(sample, extractor);
            Choices choices = ColdPass.run(pool, eval, 0.05, SEED);
            evaluated = choices.reward(pool, Scoring.of(sample, 0.05));
            shares = choices.shares(pool.arms());
        }

        // Then
        assertThat(evaluated).isCloseTo(report.policy().reward(), within(1e-12));
        for (int arm = 0; arm < shares.length; arm++) {
            assertThat(shares[arm]).isCloseTo(report.models().get(arm).share(), within(1e-12));
        }
    }
}
