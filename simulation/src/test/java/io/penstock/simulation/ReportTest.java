package io.penstock.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.event.RoutingProfile;
import io.penstock.learner.Policies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every policy in every scenario, against the committed report. Accept a wanted change with {@code mvn -pl simulation test
 * -Dpenstock.update=true}.
 */
@Tag("study")
class ReportTest {
    private static final Path COMMITTED = Path.of("report.txt");
    private static final Path SAMPLE = Path.of("../app/src/main/resources/io/penstock/app/sample");
    private static final int REQUESTS = 240;
    private static final long SEED = 1;

    private static List<Result> synthetic;
    private static List<Result> recorded;

    @BeforeAll
    static void runAll() {
        try (Simulator simulator = new Simulator()) {
            synthetic = simulator.runAll(
                    new SyntheticWorld(SEED, REQUESTS), List.of(Scenario.values()), Policies.names(), SEED);
            recorded = simulator.runAll(
                    new RecordedWorld(RecordedOutcomes.load(SAMPLE, SAMPLE, "demo"), SEED, REQUESTS),
                    List.of(Scenario.CALM),
                    Policies.names(),
                    SEED);
        }
    }

    @Test
    void shouldGiveReportAsCommitted() throws Exception {
        // Given
        List<String> lines = new ArrayList<>(List.of(Report.header()));
        synthetic.forEach(result -> lines.add(Report.line(result)));
        recorded.forEach(result -> lines.add(Report.line(result)));
        String report = String.join("\n", lines) + "\n";

        // When
        if (Boolean.getBoolean("penstock.update")) {
            Files.writeString(COMMITTED, report);
        }

        // Then
        assertThat(report)
                .as("accept a wanted change with mvn -pl simulation test -Dpenstock.update=true")
                .isEqualTo(Files.readString(COMMITTED));
    }

    @Test
    void shouldKeepWhatIsPromisedInEveryRun() {
        // When
        List<String> broken = synthetic.stream()
                .flatMap(result -> result.violations().stream().map(what -> Report.line(result) + ": " + what))
                .toList();

        // Then
        assertThat(broken).isEmpty();
        assertThat(recorded)
                .allSatisfy(result -> assertThat(result.violations()).isEmpty());
    }

    @Test
    void shouldAnswerEveryRequestWhateverHappensToOneModel() {
        // Then
        assertThat(synthetic).extracting(result -> result.ends().answered()).containsOnly(REQUESTS);
    }

    @Test
    void shouldEarnMoreByDefaultThanByChance() {
        // Given
        Map<Scenario, Double> learned =
                rewards(RoutingProfile.newBuilder().build().getPolicy());
        Map<Scenario, Double> random = rewards("random");
        // Failures only make a model look slower, in dozens of calls, so whoever likes it goes on asking it for a
        // while.
        learned.remove(Scenario.BLACK_HOLE);

        // Then
        assertThat(learned)
                .allSatisfy((scenario, reward) ->
                        assertThat(reward).as(scenario.id()).isGreaterThan(random.get(scenario)));
    }

    private static Map<Scenario, Double> rewards(String policy) {
        return synthetic.stream()
                .filter(result -> result.setup().policy().equals(policy))
                .collect(Collectors.toMap(result -> result.setup().scenario(), Result::reward));
    }
}
