package io.penstock.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.app.replay.ContextualStream;
import io.penstock.app.replay.SampleData;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static final RecordedOutcomes SAMPLE = SampleData.load();

    private static EvalSettings settings(String policy, int delay, double missing, int limit) {
        return new EvalSettings(policy, Map.of(), List.of(0.05), 3, 32, delay, missing, 0, OptionalInt.of(limit));
    }

    private static EvalRow row(RecordedOutcomes outcomes, EvalSettings settings) {
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            return new Evaluation(settings, extractor, step -> {})
                    .evaluate(outcomes, null)
                    .get(0);
        }
    }

    @Test
    void shouldOrderTheStrategiesAsTheyMustBe() {
        // When
        EvalRow row = row(SAMPLE, settings("thompson", 0, 0, 3000));
        // Then
        assertThat(row.oracle()).isGreaterThan(row.bestFixed());
        assertThat(row.bestFixed()).isGreaterThan(row.random());
        assertThat(row.coldMean()).isBetween(row.random() + 0.05, row.oracle());
        assertThat(row.lastFifth()).isGreaterThan(row.bestFixed() - 0.03);
        assertThat(row.warmMean()).isGreaterThan(row.bestFixed() - 0.01);
        assertThat(row.warmMean()).isGreaterThan(row.frozenMean() - 0.001);
        assertThat(row.topShare()).isBetween(1.0 / 6, 1.0);
    }

    @Test
    void shouldGiveTheSameRowTwice() {
        // Given
        EvalSettings settings = settings("squarecb", 50, 0.3, 400);
        // When
        EvalRow row = row(SAMPLE, settings);
        // Then
        assertThat(row(SAMPLE, settings)).isEqualTo(row);
    }

    @Test
    void shouldCoverMostOfTheGapWhereOnlyThePromptTellsAndNothingWhereItDoesNot() {
        // Given
        RecordedOutcomes seeing =
                RecordedOutcomes.load(new ContextualStream(SAMPLE, 4, 1, false), ContextualStream.POOL);
        RecordedOutcomes blind = RecordedOutcomes.load(new ContextualStream(SAMPLE, 4, 1, true), ContextualStream.POOL);
        EvalSettings settings = settings("thompson", 0, 0, 3000);
        // When
        EvalRow row = row(seeing, settings);
        EvalRow control = row(blind, settings);
        // Then
        assertThat(covered(row, row.coldMean())).isGreaterThan(0.4);
        assertThat(covered(row, row.warmMean())).isGreaterThan(0.8);
        assertThat(covered(control, control.coldMean())).isLessThan(0.1);
        assertThat(covered(control, control.warmMean())).isLessThan(0.1);
    }

    private static double covered(EvalRow row, double reward) {
        return (reward - row.bestFixed()) / (row.oracle() - row.bestFixed());
    }

    @Test
    void shouldLearnLessFromLateAndMissingVerdicts() {
        // When
        EvalRow prompt = row(SAMPLE, settings("thompson", 0, 0, 1500));
        EvalRow late = row(SAMPLE, settings("thompson", 1500, 0, 1500));
        // Then
        assertThat(late.coldMean()).isLessThan(prompt.coldMean());
    }

    @Test
    void shouldGainFromAnAptitudeRun() {
        // Given
        EvalSettings blank = settings("thompson", 0, 0, 600);
        EvalSettings probed =
                new EvalSettings("thompson", Map.of(), List.of(0.05), 3, 32, 0, 0, 200, OptionalInt.of(800));
        // Then
        assertThat(row(SAMPLE, probed).coldMean())
                .isGreaterThan(row(SAMPLE, blank).coldMean());
    }

    @Test
    void shouldWriteTheColumnsThatProgramsExpect() throws IOException {
        // Given
        EvalSettings settings = settings("greedy", 0, 0, 100);
        List<EvalRow> rows = List.of(row(SAMPLE, settings));
        // When
        JsonNode json = new ObjectMapper()
                .readTree(EvalJson.write(settings, rows))
                .get("rows")
                .get(0);
        // Then
        for (String column : List.of(
                "pool",
                "lambda",
                "oracle",
                "best_fixed",
                "random",
                "knn",
                "ridge",
                "logistic",
                "cold_mean",
                "cold_se",
                "last_fifth",
                "warm_mean",
                "warm_se",
                "arm_entropy")) {
            assertThat(json.has(column)).as(column).isTrue();
        }
        assertThat(EvalTable.write(rows)).contains("best fixed", SampleData.POOL, "mean of 1 rows");
    }

    @Test
    void shouldSayWhatIsWrongWithSettings() {
        assertThatThrownBy(() -> settings("thomson", 0, 0, 9))
                .hasMessageStartingWith("unknown policy 'thomson'; did you mean 'thompson'?");
        assertThatThrownBy(() -> settings("greedy", -1, 0, 9)).hasMessage("delay -1 must be at least 0");
        assertThatThrownBy(() -> settings("greedy", 0, 1, 9))
                .hasMessage("missing 1.0 must be a number from 0 to below 1");
        assertThatThrownBy(() -> settings("greedy", 0, 0, 0)).hasMessage("limit 0 must be at least 1");
    }
}
