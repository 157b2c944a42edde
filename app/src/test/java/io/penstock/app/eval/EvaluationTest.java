package io.penstock.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.app.replay.ContextualStream;
import io.penstock.app.replay.SampleData;
import io.penstock.app.replay.Scoring;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("study")
class EvaluationTest {
    private static final RecordedOutcomes SAMPLE = SampleData.load();
    private static final RecordedOutcomes SMALL =
            RecordedOutcomes.load(new FirstLines(SampleData.source(), 600), SampleData.POOL);
    private static final RecordedOutcomes SEEING =
            RecordedOutcomes.load(new ContextualStream(SAMPLE, 4, 1, false), ContextualStream.POOL);

    /** Over all prompts; made once for several tests, since training takes its time. */
    private static PoolResult whole;

    private static PoolResult seeing;

    @BeforeAll
    static void evaluate() {
        EvalSettings settings = settings("thompson", 0, 0, 1_000_000);
        whole = result(SAMPLE, settings);
        seeing = result(SEEING, settings);
    }

    private static EvalSettings settings(String policy, int delay, double missing, int limit) {
        return new EvalSettings(policy, Map.of(), List.of(0.05), 3, 32, delay, missing, 0, OptionalInt.of(limit));
    }

    private static PoolResult result(RecordedOutcomes outcomes, EvalSettings settings) {
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            return new Evaluation(settings, extractor, step -> {}).evaluate(outcomes, null);
        }
    }

    private static EvalRow row(RecordedOutcomes outcomes, EvalSettings settings) {
        return result(outcomes, settings).rows().get(0);
    }

    @Test
    void shouldOrderTheStrategiesAsTheyMustBe() {
        // When
        EvalRow row = whole.rows().get(0);
        // Then
        assertThat(row.yardsticks().oracle()).isGreaterThan(row.yardsticks().bestFixed());
        assertThat(row.yardsticks().bestFixed()).isGreaterThan(row.yardsticks().random());
        assertThat(row.cold().mean())
                .isBetween(row.yardsticks().random() + 0.05, row.yardsticks().oracle());
        assertThat(row.cold().lastFifth()).isGreaterThan(row.yardsticks().bestFixed() - 0.03);
        assertThat(row.warm().mean()).isGreaterThan(row.yardsticks().bestFixed() - 0.01);
        assertThat(row.warm().mean()).isGreaterThan(row.frozen().mean() - 0.001);
        assertThat(row.cold().topShare()).isBetween(1.0 / 6, 1.0);
    }

    @Test
    void shouldGiveTheSameRowTwice() {
        // Given
        EvalSettings settings = settings("squarecb", 50, 0.3, 400);
        // When
        PoolResult result = result(SMALL, settings);
        // Then
        assertThat(result(SMALL, settings).rows()).isEqualTo(result.rows());
    }

    @Test
    void shouldCoverMostOfTheGapWhereOnlyThePromptTellsAndNothingWhereItDoesNot() {
        // Given
        RecordedOutcomes blind = RecordedOutcomes.load(new ContextualStream(SAMPLE, 4, 1, true), ContextualStream.POOL);
        // When
        EvalRow row = seeing.rows().get(0);
        EvalRow control = row(blind, settings("thompson", 0, 0, 3000));
        // Then
        assertThat(covered(row, row.cold().mean())).isGreaterThan(0.4);
        assertThat(covered(row, row.warm().mean())).isGreaterThan(0.8);
        assertThat(covered(control, control.cold().mean())).isLessThan(0.1);
        assertThat(covered(control, control.warm().mean())).isLessThan(0.1);
    }

    private static double covered(EvalRow row, double reward) {
        return (reward - row.yardsticks().bestFixed())
                / (row.yardsticks().oracle() - row.yardsticks().bestFixed());
    }

    @Test
    void shouldNotKnowThePricesWhenBlind() {
        // Given
        EvalSettings settings = settings("thompson", 0, 0, 600);
        RecordedOutcomes dear =
                RecordedOutcomes.load(new OtherPrices(new FirstLines(SampleData.source(), 600)), SampleData.POOL);
        // When
        EvalRow known = row(SMALL, settings);
        EvalRow other = row(dear, settings);
        // Then
        assertThat(other.blind()).isEqualTo(known.blind());
        assertThat(other.cold()).isNotEqualTo(known.cold());
    }

    @Test
    void shouldFindOutWithoutCardsWhichModelsAreWorthTheirPrice() {
        // When
        EvalRow row = whole.rows().get(0);
        // Then
        assertThat(row.blind().mean()).isGreaterThan(row.yardsticks().random() + 0.03);
        assertThat(row.blind().lastFifth()).isGreaterThan(row.blind().mean());
    }

    @Test
    void shouldStartWhereItsOwnLogOfOtherPromptsEnded() {
        // Given
        EvalPool pool = pool(SEEING);
        EvalSettings settings = settings("thompson", 0, 0, 1_000_000);
        Scoring scoring = Scoring.of(SEEING, 0.05);
        // When
        Choices cold = ColdPass.run(pool, settings, 0.05, 1);
        Choices after = ColdPass.runAfterLog(pool, pool, settings, place -> place % 2 == 0, 0.05, 1);
        // Then
        assertThat(IntStream.of(after.places()).filter(place -> place % 2 == 1).count())
                .isEqualTo(after.size())
                .isEqualTo(pool.size() / 2);
        assertThat(after.reward(pool, scoring)).isGreaterThan(cold.reward(pool, scoring) + 0.02);
    }

    private static EvalPool pool(RecordedOutcomes outcomes) {
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            return new EvalPool(outcomes, extractor);
        }
    }

    @Test
    void shouldLoseByTheEndOfARegretCurveWhatTheMeansSay() {
        // When
        EvalRow row = whole.rows().get(0);
        // Then
        RegretCurves curves = whole.curves().get(0);
        RegretCurves.Curve cold = curves.againstFixed().get(RegretCurves.COLD);
        int last = curves.at().size() - 1;
        assertThat(curves.at().get(last)).isEqualTo(row.prompts());
        assertThat(cold.mean().get(last)).isCloseTo(-row.gap(row.cold()) * row.prompts(), within(1e-6));
        assertThat(cold.error().get(last)).isCloseTo(row.cold().error() * row.prompts(), within(1e-6));
        assertThat(curves.againstOracle().get(RegretCurves.BLIND).mean().get(last))
                .isCloseTo((row.yardsticks().oracle() - row.blind().mean()) * row.prompts(), within(1e-6));
    }

    @Test
    void shouldTakeLessThanTheBestSingleModelWhereThePromptTells() {
        // When
        PoolReport real = whole.report();
        // Then
        assertThat(seeing.report().match().qualityGap()).isGreaterThan(0.1);
        assertThat(real.match().ratio()).isBetween(0.05, 1.0);
        assertThat(real.match().qualityGap()).isBetween(-0.02, 0.05);
        assertThat(real.aiq(PoolReport.WARM)).isGreaterThan(real.aiq(PoolReport.SINGLES));
    }

    @Test
    void shouldLearnLessFromLateAndMissingVerdicts() {
        // When
        double prompt = cold(settings("thompson", 0, 0, 1500));
        double late = cold(settings("thompson", 1500, 0, 1500));
        // Then
        assertThat(late).isLessThan(prompt);
    }

    @Test
    void shouldGainFromAnAptitudeRun() {
        // Given
        EvalSettings blank = settings("thompson", 0, 0, 600);
        EvalSettings probed =
                new EvalSettings("thompson", Map.of(), List.of(0.05), 3, 32, 0, 0, 200, OptionalInt.of(800));
        // Then
        assertThat(cold(probed)).isGreaterThan(cold(blank));
    }

    /** Mean reward on the sample over the seeds. */
    private static double cold(EvalSettings settings) {
        EvalPool pool = pool(SAMPLE);
        return LongStream.rangeClosed(1, settings.seeds())
                .mapToDouble(seed -> ColdPass.run(pool, settings, 0.05, seed).reward(pool, Scoring.of(SAMPLE, 0.05)))
                .average()
                .orElseThrow();
    }

    @Test
    void shouldWriteTheColumnsThatProgramsExpect() throws IOException {
        // Given
        EvalSettings settings = settings("greedy", 0, 0, 100);
        List<PoolResult> results = List.of(result(SMALL, settings));
        // When
        JsonNode json = new ObjectMapper()
                .readTree(EvalJson.write(settings, results))
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
                "blind_mean",
                "own_log_mean",
                "warm_shuffled_at_its_cost",
                "last_fifth",
                "warm_mean",
                "warm_se",
                "arm_entropy")) {
            assertThat(json.has(column)).as(column).isTrue();
        }
        assertThat(EvalTable.write(results)).contains("best fixed", SampleData.POOL, "mean of 1 rows");
    }

    @Test
    void shouldExportWhatTheRouterSawAndInWhichOrder(@TempDir Path folder) throws IOException {
        // Given
        EvalSettings settings = settings("thompson", 0, 0, 1_000_000);
        EvalPool pool = pool(SMALL);
        // When
        try (FeatureExtractor extractor = FeatureExtractors.byName(FeatureSettings.defaults())) {
            new Evaluation(settings, extractor, step -> {}).export(SMALL, folder);
        }
        // Then
        Path own = folder.resolve(SampleData.POOL);
        JsonNode about = new ObjectMapper().readTree(own.resolve("pool.json").toFile());
        assertThat(about.get("models")).hasSize(pool.arms());
        int[] places = ColdPass.run(pool, settings, 0.05, 2).places();
        IntBuffer orders = little(own.resolve("orders.i32")).asIntBuffer();
        DoubleBuffer quality = little(own.resolve("quality.f64")).asDoubleBuffer();
        FloatBuffer features = little(own.resolve("features.f32")).asFloatBuffer();
        for (int i = 0; i < places.length; i++) {
            assertThat(orders.get(pool.size() + i)).isEqualTo(places[i]);
            assertThat(quality.get(i * pool.arms() + 1))
                    .isEqualTo(pool.prompt(i).outcomes().get(1).quality());
            assertThat(features.get(i * pool.dimension()))
                    .isEqualTo(pool.features(i).get(0));
        }
        int judged = little(own.resolve("warm-3-0.i32")).remaining() / Integer.BYTES;
        int taught = little(own.resolve("cut-0-0-taught.i32")).remaining() / Integer.BYTES;
        assertThat(judged + taught).isEqualTo(pool.size());
    }

    private static ByteBuffer little(Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void shouldDrawAFrontierAndTwoRegretCurves(@TempDir Path folder) throws IOException {
        // When
        EvalPlots.write(folder, List.of(whole));
        // Then
        String cell = SampleData.POOL + "-0.05.svg";
        assertThat(folder.resolve("frontier-" + SampleData.POOL + ".svg"))
                .content()
                .contains("Penstock, warm (AIQ");
        assertThat(folder.resolve("regret-oracle-" + cell)).content().contains("prices known", "requests");
        assertThat(folder.resolve("regret-best-fixed-" + cell)).content().contains("<polygon");
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
