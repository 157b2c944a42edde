package io.penstock.connector.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.event.ModelCard;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordedOutcomesTest {
    private static final RecordedSource FIXTURE =
            RecordedSource.resources(RecordedOutcomesTest.class.getClassLoader(), "recorded");

    @TempDir
    private Path folder;

    /** The reference constants of REFERENCE.md, where the shared data is at hand; the fixture's own always. */
    static List<Arguments> pools() {
        List<Arguments> pools = new ArrayList<>();
        pools.add(Arguments.of(FIXTURE, "both", 3, 2, (0.000115 + 0.00031 + 0.000115) / 3));
        pools.add(Arguments.of(FIXTURE, "alpha-latency", 2, 2, (200.0 + 77.0) / 2));
        String named = System.getenv("PENSTOCK_DATA");
        Path shared = named == null ? Path.of("../../shared/data") : Path.of(named);
        if (Files.isRegularFile(shared.resolve("pools.json"))) {
            RecordedSource data = RecordedSource.folder(shared);
            pools.add(Arguments.of(data, "mmlupro", 7169, 11, 0.6947e-3));
            pools.add(Arguments.of(data, "zeroeval8", 1680, 8, 3.453e-3));
            pools.add(Arguments.of(data, "zeroeval8-latency", 1680, 8, 9609.0));
            pools.add(Arguments.of(data, "zeroeval-open-energy", 1680, 9, 905.7));
            pools.add(Arguments.of(data, "pareto", 2166, 4, 14.94e-3));
            pools.add(Arguments.of(data, "family4", 8849, 4, 0.7862e-3));
        }
        return pools;
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("pools")
    void shouldHaveTheReferenceOfTheDearestArm(
            RecordedSource source, String pool, int prompts, int arms, double reference) {
        // When
        RecordedOutcomes outcomes = RecordedOutcomes.load(source, pool);

        // Then
        assertThat(outcomes.prompts())
                .hasSize(prompts)
                .allSatisfy(prompt -> assertThat(prompt.outcomes()).hasSize(arms));
        assertThat(outcomes.arms()).hasSize(arms);
        assertThat(outcomes.reference()).isCloseTo(reference, within(reference * 1e-3));
    }

    @Test
    void shouldFollowAnArmThroughItsNamesInEachSource() {
        // Given
        RecordedOutcomes outcomes = RecordedOutcomes.load(FIXTURE, "both");

        // When
        int small = outcomes.arm("maker-small").orElseThrow();

        // Then
        assertThat(outcomes.arms().get(small).name()).isEqualTo("maker/small");
        assertThat(outcomes.byId("a-1").orElseThrow().outcomes().get(small))
                .isEqualTo(new RecordedOutcome(0.0, 6, 40, 0.0000126, 100, 100 + 2.5 * 40, 20));
        assertThat(outcomes.byId("b-1").orElseThrow().outcomes().get(small))
                .isEqualTo(new RecordedOutcome(1.0, 6, 8, 0.0000028, 200, 208, 0));
    }

    @Test
    void shouldPreferRecordedLatencyAndEnergyToTheReferenceLines() {
        // When
        RecordedOutcome outcome = RecordedOutcomes.load(FIXTURE, "both")
                .byText("Name a river.")
                .orElseThrow()
                .outcomes()
                .get(0);

        // Then
        assertThat(outcome.latencyMs()).isEqualTo(77);
        assertThat(outcome.energyJoules()).isEqualTo(3);
        assertThat(outcome.costNanos()).isEqualTo(6_400);
    }

    @Test
    void shouldMakeACardOfAnArm() {
        // When
        ModelCard card = RecordedOutcomes.load(FIXTURE, "both").arms().get(0).card();

        // Then
        assertThat(card.getSlug()).isEqualTo("maker-small");
        assertThat(card.getName()).isEqualTo("maker/small");
        assertThat(card.getBackend()).isEqualTo("recorded");
        assertThat(card.getInputNanosPerMillionTokens()).isEqualTo(200_000_000);
        assertThat(card.getOutputNanosPerMillionTokens()).isEqualTo(300_000_000);
        assertThat(card.getLatencyReference().getMsPerOutputToken()).isEqualTo(2.5);
    }

    @Test
    void shouldReadGzippedFilesAndACatalogOfItsOwn() throws IOException {
        // Given
        Path data = Files.createDirectory(folder.resolve("data"));
        Path catalog = Files.createDirectory(folder.resolve("catalog"));
        for (String name : List.of("models.json", "pools.json")) {
            Files.writeString(catalog.resolve(name), resource(name));
        }
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(data.resolve("outcomes-alpha.jsonl.gz")))) {
            out.write(resource("outcomes-alpha.jsonl").getBytes(StandardCharsets.UTF_8));
        }

        // When
        RecordedOutcomes outcomes = RecordedOutcomes.load(data, catalog, "alpha-latency");

        // Then
        assertThat(outcomes.objective()).isEqualTo(Objective.LATENCY_MS);
        assertThat(outcomes.prompts()).extracting(RecordedPrompt::id).containsExactly("a-1", "a-2");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = FIXTURE.require(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nope   | pools.json of class path recorded/ has no pool 'nope'; it has alpha-latency, both, broken, clash
            broken | pools.json, pool 'broken': objective 'beauty' must be cost_usd, latency_ms or energy_j
            clash  | pools.json, pool 'clash': arms 'maker/small' and 'Maker Small' would share the slug 'maker-small'; rename one
            """)
    void shouldSayWhatIsWrongWithAPool(String pool, String message) {
        assertThatThrownBy(() -> RecordedOutcomes.load(FIXTURE, pool))
                .isInstanceOf(RecordedDataException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "quality":0.0         | "quality":1.5        | outcomes-alpha.jsonl line 1, outcome of 'maker/small-1.0': quality 1.5 must be in [0, 1]
            "quality":0.0         | "quality":"good"     | outcomes-alpha.jsonl line 1, outcome of 'maker/small-1.0': field 'quality' must be a number, but is STRING
            "output_tokens":40    | "output_tokens":4.5  | outcomes-alpha.jsonl line 1, outcome of 'maker/small-1.0': field 'output_tokens' must be a whole number, but is NUMBER
            "maker/small-1.0"     | "someone-else"       | outcomes-alpha.jsonl line 1, outcome of 'maker/small-1.0' is missing
            "id":"a-2"            | "id":"a-1"           | id 'a-1' is there twice; ids are unique over all files
            "task":"sums",        | ``                   | outcomes-alpha.jsonl line 1: field 'task' is missing
            """)
    void shouldNameTheLineAndFieldThatIsWrong(String right, String wrong, String message) throws IOException {
        // Given
        for (String name : List.of("models.json", "pools.json")) {
            Files.writeString(folder.resolve(name), resource(name));
        }
        String lines = resource("outcomes-alpha.jsonl");
        int at = lines.indexOf(right);
        Files.writeString(
                folder.resolve("outcomes-alpha.jsonl"),
                lines.substring(0, at) + wrong + lines.substring(at + right.length()));

        // Then
        assertThatThrownBy(() -> RecordedOutcomes.load(folder, folder, "alpha-latency"))
                .isInstanceOf(RecordedDataException.class)
                .hasMessage(message);
    }

    @Test
    void shouldNotQuoteALineThatIsNoJson() throws IOException {
        // Given
        for (String name : List.of("models.json", "pools.json")) {
            Files.writeString(folder.resolve(name), resource(name));
        }
        Files.writeString(folder.resolve("outcomes-alpha.jsonl"), "{\"prompt\": \"canary\", canary}\n");

        // Then
        assertThatThrownBy(() -> RecordedOutcomes.load(folder, folder, "alpha-latency"))
                .hasMessageStartingWith("outcomes-alpha.jsonl line 1 is not valid JSON (column ")
                .hasMessageNotContaining("canary");
    }

    @Test
    void shouldSayWhichFileIsMissing() {
        assertThatThrownBy(() -> RecordedOutcomes.load(folder, folder, "any"))
                .hasMessage(folder + " or " + folder + " has no pools.json or pools.json.gz");
    }
}
