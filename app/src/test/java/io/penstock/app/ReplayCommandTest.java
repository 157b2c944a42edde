package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is wrong with a replay is found before anything starts, and said exactly; nothing here starts a node. */
class ReplayCommandTest {
    private static final String POOLS = """
            {"small": {"objective": "cost_usd", "sources": ["s"], "arms": {"m": {"s": "m"}}},
             "tiny": {"objective": "cost_usd", "sources": ["gone"], "arms": {"m": {"gone": "m"}}}}
            """;
    private static final String MODELS = "{\"m\": {\"usd_per_1m_input\": 1, \"usd_per_1m_output\": 1}}";
    private static final String GOOD_LINE =
            "{\"id\":\"a\",\"task\":\"t\",\"prompt\":\"SECRET\",\"outcomes\":{\"m\":{\"quality\":1,"
                    + "\"input_tokens\":1,\"output_tokens\":1,\"cost_usd\":0.1}}}\n";

    @TempDir
    private Path data;

    private final StringWriter err = new StringWriter();

    @BeforeEach
    void folder() throws IOException {
        Files.writeString(data.resolve("pools.json"), POOLS);
        Files.writeString(data.resolve("models.json"), MODELS);
        Files.writeString(data.resolve("outcomes-s.jsonl"), GOOD_LINE);
    }

    private int run(String... args) {
        return new CommandLine(new ReplayCommand())
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    private void assertRefused(int exitCode, String... parts) {
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains(parts).doesNotContain("SECRET");
    }

    @Test
    void shouldListThePoolsWhenOneIsUnknown() {
        assertRefused(run("--data", data.toString(), "--pool", "large"), "no pool 'large'; it has small, tiny");
    }

    @Test
    void shouldNameAFolderThatIsNotThere() {
        assertRefused(run("--data", "nowhere", "--pool", "small"), "there is no folder nowhere");
        assertRefused(
                run("--data", data.toString(), "--catalog", "elsewhere", "--pool", "small"),
                "there is no folder elsewhere");
        assertRefused(
                run("--data", data.toString(), "--pool", "small", "--json", "nowhere/out.json"),
                "there is no folder",
                "nowhere to write to");
    }

    @Test
    void shouldNameAFileThatIsNotThere() {
        assertRefused(
                run("--data", data.toString(), "--pool", "tiny"),
                "has no outcomes-gone.jsonl or outcomes-gone.jsonl.gz");
    }

    @Test
    void shouldNameFileLineAndFieldOfABadLine() throws IOException {
        // Given
        Files.writeString(
                data.resolve("outcomes-s.jsonl"),
                GOOD_LINE + GOOD_LINE.replace("\"a\"", "\"b\"").replace("\"quality\":1", "\"quality\":\"SECRET\""));

        // When
        int exitCode = run("--data", data.toString(), "--pool", "small");

        // Then
        assertRefused(exitCode, "outcomes-s.jsonl line 2", "'quality' must be a number");
    }

    @Test
    void shouldNameFileAndLineOfWhatIsNoJson() throws IOException {
        // Given
        Files.writeString(data.resolve("outcomes-s.jsonl"), GOOD_LINE + "{\"id\": \"SECRET");

        // When
        int exitCode = run("--data", data.toString(), "--pool", "small");

        // Then
        assertRefused(exitCode, "outcomes-s.jsonl line 2 is not valid JSON");
    }

    @Test
    void shouldRefuseWrongOptions() {
        assertRefused(
                run("--data", data.toString(), "--pool", "small", "--policy", "linear"), "policy 'linear' is unknown");
        assertRefused(
                run("--data", data.toString(), "--pool", "small", "--policy-option", "beta=1"),
                "unknown option of policy 'thompson': beta");
        assertRefused(
                run("--data", data.toString(), "--pool", "small", "--shuffle-features"),
                "--shuffle-features needs --contextual");
        assertRefused(
                run("--data", data.toString(), "--pool", "small", "--in-flight", "0"),
                "in-flight 0 must be at least 1");
        assertRefused(run("--data", data.toString(), "--pool", "small", "--contextual", "1"), "at least 2 models");
        assertRefused(run("--pool", "small"), "--data");
    }
}
