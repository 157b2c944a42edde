package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.feature.FittedExtractor;
import io.penstock.feature.Prompt;
import io.penstock.topology.policy.WarmStart;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrainCommandTest {
    private static final String POOLS =
            "{\"p\": {\"objective\": \"cost_usd\", \"sources\": [\"s\"], \"arms\": {\"big one\": {\"s\": \"m\"}}}}";
    private static final String MODELS = "{\"m\": {\"usd_per_1m_input\": 1, \"usd_per_1m_output\": 1}}";
    private static final List<String> WORDS =
            List.of("river", "bank", "loan", "interest", "water", "stone", "tax", "fish");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return new CommandLine(new TrainCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    private static String text(int i) {
        StringBuilder text = new StringBuilder("SECRET");
        for (int word = 0; word < WORDS.size(); word++) {
            if (((i >> (word % 6)) & 1) == (word < 4 ? 1 : 0)) {
                text.append(' ').append(WORDS.get(word)).append(' ').append(WORDS.get((word + i) % 8));
            }
        }
        return text.toString();
    }

    private Path recordings() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("pools.json"), POOLS);
        Files.writeString(data.resolve("models.json"), MODELS);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 80; i++) {
            lines.append("{\"id\":\"a")
                    .append(i)
                    .append("\",\"task\":\"t\",\"prompt\":\"")
                    .append(text(i));
            lines.append("\",\"outcomes\":{\"m\":{\"quality\":").append(i % 4 == 0 ? 1 : 0);
            lines.append(",\"input_tokens\":1,\"output_tokens\":1,\"cost_usd\":0.1}}}\n");
        }
        Files.writeString(data.resolve("outcomes-s.jsonl"), lines);
        return data;
    }

    @Test
    void shouldWriteFeaturesThatATierReadsAndPriorsForAModelsFile() throws IOException {
        // Given
        Path trained = folder.resolve("new/trained");
        // When
        int exit =
                run("--data", recordings().toString(), "--pool", "p", "--out", trained.toString(), "--dimension", "8");
        // Then
        assertThat(exit).as(err.toString()).isZero();
        try (FittedExtractor tier = FittedExtractor.read(trained.resolve(TrainCommand.FEATURES_FILE))) {
            assertThat(tier.extract(List.of(Prompt.of("river bank"))).get(0).dimension())
                    .isEqualTo(8);
            WarmStart warm = WarmStart.load("warm", trained.resolve(TrainCommand.WARM_FILE));
            assertThat(warm).isNotNull();
            assertThat(warm.suits(tier.id().hash())).isTrue();
            assertThat(warm.model().models()).containsExactly("big-one");
            assertThat(warm.model().prompts()).isEqualTo(80);
        }
        assertThat(trained.resolve(TrainCommand.PRIORS_FILE))
                .content()
                .contains("- slug: big-one\n  prior-quality: 0.2500\n  prior-observations: 80\n");
        assertThat(out.toString())
                .contains(
                        "penstock.features.tier=tfidf-svd",
                        "penstock.features.fitted.file=",
                        "80 prompts",
                        "penstock.warm.file=")
                .doesNotContain("SECRET");
    }

    @Test
    void shouldFitAFolderOfPrompts() throws IOException {
        // Given
        Path prompts = Files.createDirectories(folder.resolve("prompts"));
        for (int i = 0; i < 80; i++) {
            Files.writeString(prompts.resolve(i + ".txt"), text(i));
        }
        // When
        int exit = run("--prompts", prompts.toString(), "--out", folder.toString(), "--dimension", "8");
        // Then
        assertThat(exit).as(err.toString()).isZero();
        assertThat(folder.resolve(TrainCommand.FEATURES_FILE)).exists();
        assertThat(folder.resolve(TrainCommand.PRIORS_FILE)).doesNotExist();
    }

    @Test
    void shouldSayWhatIsWrong() throws IOException {
        // Given
        String data = recordings().toString();
        String empty = Files.createDirectories(folder.resolve("empty")).toString();
        // Then
        assertRefused("--data needs --pool", "--data", data, "--out", empty);
        assertRefused("no pool 'q'", "--data", data, "--pool", "q", "--out", empty);
        assertRefused("--pool and --catalog need --data", "--prompts", empty, "--pool", "p", "--out", empty);
        assertRefused("there is no folder nowhere", "--prompts", "nowhere", "--out", empty);
        assertRefused("prompts", "--prompts", empty, "--out", empty);
        assertRefused("dimension", "--data", data, "--pool", "p", "--out", empty, "--dimension", "5");
    }

    private void assertRefused(String message, String... args) {
        err.getBuffer().setLength(0);
        assertThat(run(args)).isEqualTo(2);
        assertThat(err.toString()).contains(message).doesNotContain("SECRET");
    }
}
