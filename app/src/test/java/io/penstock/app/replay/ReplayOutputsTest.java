package io.penstock.app.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReplayOutputsTest {
    private long now;
    private final InstantSource clock = () -> Instant.ofEpochMilli(now);

    private ReplayReport report(LoopProgress progress) {
        ReplaySettings settings = new ReplaySettings("linucb", 0.1, 7, OptionalInt.empty(), 2, false, 4, null);
        Replay replay = new Replay(Fixtures.tiny(), settings, clock);
        return replay.run(
                new FakeHost(1, List.of("good-one", "cheap"), id -> {
                    now += 1000;
                    return true;
                }),
                progress);
    }

    @Test
    void shouldWriteEveryPromisedFieldOfTheJson() throws Exception {
        // Given
        ReplayReport report = report(LoopProgress.NONE);

        // When
        JsonNode json = new ObjectMapper().readTree(ReplayJson.write(report));

        // Then
        assertThat(json.properties().stream().map(Map.Entry::getKey))
                .contains(
                        "requests",
                        "responses",
                        "decisions",
                        "lost",
                        "duplicated",
                        "mean_reward",
                        "mean_quality",
                        "mean_cost_usd",
                        "wall_s",
                        "per_model",
                        "arm_entropy",
                        "controls");
        assertThat(json.get("requests").intValue()).isEqualTo(4);
        assertThat(json.get("lost").intValue()).isZero();
        assertThat(json.get("mean_reward").doubleValue())
                .isEqualTo(report.policy().reward(), within(1e-12));
        assertThat(json.at("/controls/best_fixed/model").textValue()).isEqualTo("cheap");
        assertThat(json.at("/controls/oracle/quality").doubleValue()).isEqualTo(0.75, within(1e-12));
        assertThat(json.at("/controls/shuffled/permutations").intValue()).isEqualTo(200);
        assertThat(json.at("/controls/cost_matched_shuffled/reward").isNumber()).isTrue();
        assertThat(json.at("/per_model/good~1one/slug").textValue()).isEqualTo("good-one");
        int answered = json.at("/per_model/good~1one/requests").intValue()
                + json.at("/per_model/cheap/requests").intValue();
        assertThat(answered).isEqualTo(4);
        assertThat(json.has("digest")).isFalse();
    }

    @Test
    void shouldNameEveryModelAndControlInTheTable() {
        // When
        String table = ReplayTable.write(report(LoopProgress.NONE));

        // Then
        assertThat(table)
                .contains("4 requests, 4 responses, 4 decisions, 0 lost, 0 duplicated")
                .contains("always good/one", "always cheap (best single)", "random", "oracle", "Penstock")
                .contains("mean of 200");
        assertThat(table.lines()).allMatch(line -> line.equals(line.stripTrailing()));
    }

    @Test
    void shouldWritePlainLinesWithoutControlCharacters() {
        // Given
        StringWriter text = new StringWriter();

        // When
        report(new ProgressDisplay(new PrintWriter(text), false, clock));

        // Then
        assertThat(text.toString())
                .contains("/4  ", "req/s", "quality ", "random ", "oracle ", "good/one ", "cheap ", "share ");
        assertThat(text.toString()).doesNotContain("\u001b", "\r");
        assertThat(text.toString()).endsWith(System.lineSeparator());
    }

    @Test
    void shouldWriteOverItsTableOnATerminalAndTakeItAwayInTheEnd() {
        // Given
        StringWriter text = new StringWriter();
        ProgressDisplay display = new ProgressDisplay(new PrintWriter(text), true, clock);

        // When
        report(display);
        display.clear();

        // Then: title, header, Penstock, oracle, two models, random
        String up = "\u001b[7A\r\u001b[J";
        assertThat(text.toString()).containsPattern("^\\d of 4 requests").endsWith(up);
        assertThat(text.toString().split(Pattern.quote(up), -1)).hasSizeGreaterThan(3);
        assertThat(text.toString()).contains("always good/one", "always cheap", "random", "oracle", "Penstock");
    }

    @Test
    void shouldFitIntoANarrowTerminal() {
        // Given
        Workload workload = new Workload(SampleData.load(), 1, OptionalInt.of(10));
        RunningScores scores = new RunningScores(new Ledger(workload, Scoring.of(workload.outcomes(), 0.05)));

        // When
        String block = ProgressDisplay.block(scores, workload.arms(), 1_000_000, 100_000);

        // Then
        assertThat(block.lines()).allMatch(line -> line.length() <= 79);
    }

    @Test
    void shouldKeepTheRecordsOfTheLastRequestToExplainIt() {
        // When
        Sample sample = report(LoopProgress.NONE).sample();

        // Then
        assertThat(sample.requestId()).isEqualTo("r3");
        assertThat(sample.decisions()).singleElement().extracting("requestId").isEqualTo("r3");
        assertThat(sample.response()).extracting("requestId").isEqualTo("r3");
        assertThat(sample.outcomes()).hasSize(1);
    }
}
