package io.penstock.app.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.app.TrainedSample;
import io.penstock.app.audit.Audit;
import io.penstock.app.audit.AuditOptions;
import io.penstock.app.audit.AuditOutput;
import io.penstock.app.audit.AuditReport;
import io.penstock.app.audit.Invariant;
import io.penstock.app.node.NodeOptions;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.topology.policy.WarmStart;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real loop on embedded Kafka, with a few requests. */
class ReplayIT {
    private static ReplaySettings settings(String policy, int limit, boolean deterministic) {
        return new ReplaySettings(policy, 0.05, 3, OptionalInt.of(limit), 16, deterministic, 4, null);
    }

    private static ProgressDisplay silent() {
        return new ProgressDisplay(new PrintWriter(new StringWriter()), false, InstantSource.system());
    }

    @Test
    void shouldAnswerEveryRequestOnceAndLeaveALogThatStandsTheAudit() {
        // Given
        AtomicReference<AuditReport> audit = new AtomicReference<>();

        // When
        ReplayReport report = new ReplaySession(SampleData.load(), settings("linucb", 120, false), Map.of())
                .run(
                        NodeOptions.temporary(),
                        step -> {},
                        silent(),
                        node -> audit.set(Audit.run(
                                new AuditOptions(
                                        node.bootstrapServers(),
                                        node.registryUrl(),
                                        "penstock.",
                                        Map.of(),
                                        new AuditOptions.Scope(true, null)),
                                step -> {})));

        // Then
        assertThat(report.counts()).isEqualTo(new Counts(120, 120, 120, 0, 0, 0, 0));
        assertThat(report.policy().costUsd()).isPositive();
        assertThat(audit.get().violations()).as(AuditOutput.text(audit.get())).isEmpty();
        assertThat(audit.get().row(Invariant.I1).checked()).isEqualTo(120);
        assertThat(audit.get().row(Invariant.I2).checked()).isEqualTo(120);
        assertThat(audit.get().row(Invariant.I3).checked()).isGreaterThanOrEqualTo(120);
        assertThat(audit.get().row(Invariant.I4).checked()).isPositive();
        assertThat(audit.get().row(Invariant.I6).checked()).isEqualTo(120);
    }

    @Test
    void shouldAskBetterModelsAfterAnswersThatDoNotPassAndLeaveALogThatStandsTheAudit() {
        // Given
        ReplaySettings settings = new ReplaySettings(
                "thompson", 0.2, 3, OptionalInt.of(200), 16, false, 4, new ReplaySettings.Cascade(0.9, 2, 0.02));
        AtomicReference<AuditReport> audit = new AtomicReference<>();

        // When
        ReplayReport report = new ReplaySession(SampleData.load(), settings, Map.of())
                .run(
                        NodeOptions.temporary(),
                        step -> {},
                        silent(),
                        node -> audit.set(Audit.run(
                                new AuditOptions(
                                        node.bootstrapServers(),
                                        node.registryUrl(),
                                        "penstock.",
                                        Map.of(),
                                        new AuditOptions.Scope(true, null)),
                                step -> {})));

        // Then
        assertThat(report.isClean()).isTrue();
        assertThat(report.counts().decisions()).isGreaterThan(220);
        assertThat(report.policy().quality())
                .isGreaterThan(report.bestFixed().fixed().quality());
        assertThat(ReplayTable.write(report)).contains("Cascade with a verifier of accuracy 0.9, 2 rungs");
        assertThat(audit.get().violations()).as(AuditOutput.text(audit.get())).isEmpty();
        assertThat(audit.get().row(Invariant.I1).checked()).isEqualTo(200);
        assertThat(audit.get().row(Invariant.I3).checked()).isGreaterThan(220);
    }

    @Test
    void shouldStartFromAWarmModelAndLearnWhatItMisses(@TempDir Path folder) throws IOException {
        // Given
        RecordedOutcomes sample = SampleData.load();
        TrainedSample trained = TrainedSample.write(sample, folder);
        NodeOptions node = NodeOptions.temporary();
        for (Map.Entry<String, String> setting : trained.settings().entrySet()) {
            node = node.with(setting.getKey(), setting.getValue());
        }
        WarmStart warm = trained.warmStart();
        AtomicReference<AuditReport> audit = new AtomicReference<>();

        // When
        ReplayReport report = new ReplaySession(sample, settings("thompson", 300, true), Map.of())
                .run(
                        node,
                        step -> {},
                        silent(),
                        running -> audit.set(Audit.run(
                                new AuditOptions(
                                        running.bootstrapServers(),
                                        running.registryUrl(),
                                        "penstock.",
                                        Map.of(),
                                        new AuditOptions.Scope(true, warm)),
                                step -> {})));
        ReplayReport cold = new ReplaySession(sample, settings("thompson", 300, true), Map.of())
                .run(NodeOptions.temporary(), step -> {}, silent());

        // Then: its own training prompts, so it must do better than list prices
        assertThat(report.isClean()).isTrue();
        assertThat(report.policy().reward()).isGreaterThan(cold.policy().reward());
        assertThat(audit.get().violations()).as(AuditOutput.text(audit.get())).isEmpty();
        assertThat(audit.get().row(Invariant.I3).open()).isZero();
    }

    @Test
    void shouldGiveTheSameLogTwiceWhenDeterministic() {
        // Given
        RecordedOutcomes sample = SampleData.load();

        // When
        ReplayReport one = run(sample);
        ReplayReport two = run(sample);

        // Then
        assertThat(one.isClean()).isTrue();
        assertThat(one.digest()).isEqualTo(two.digest());
        assertThat(one.policy()).isEqualTo(two.policy());
    }

    private static ReplayReport run(RecordedOutcomes sample) {
        return new ReplaySession(sample, settings("squarecb", 64, true), Map.of())
                .run(NodeOptions.temporary(), step -> {}, silent());
    }
}
