package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return new CommandLine(new SimulateCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    @Test
    void shouldPrintLineForEachScenarioAndPolicy() {
        // When
        int code = run(
                "--scenario=calm", "--scenario=black-hole", "--policy=thompson", "--policy=random", "--requests=20");

        // Then
        assertThat(code).isZero();
        assertThat(out.toString().lines()).hasSize(5);
        assertThat(out.toString().lines().skip(1).map(line -> line.replaceAll(" +", " ")))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("synthetic calm thompson "),
                        line -> assertThat(line).startsWith("synthetic calm random "),
                        line -> assertThat(line).startsWith("synthetic black-hole thompson "),
                        line -> assertThat(line).startsWith("synthetic black-hole random "));
    }

    @Test
    void shouldPrintJsonOfRecordedModels() {
        // When
        int code =
                run("--world=demo", "--scenario=calm", "--policy=greedy", "--requests=10", "--seed=2", "--output=json");

        // Then
        assertThat(code).isZero();
        assertThat(out.toString()).contains("\"world\" : \"demo\"", "\"answered\" : 10", "\"broken\" : [ ]");
    }

    @ParameterizedTest
    @CsvSource({
        "--scenario=storm, unknown scenario 'storm'",
        "--policy=wish, unknown policy 'wish'",
        "--world=mars, unknown world 'mars'",
        "--requests=0, requests must be at least 1",
    })
    void shouldSayWhatIsWrong(String option, String message) {
        // When
        int code = run(option);

        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }
}
