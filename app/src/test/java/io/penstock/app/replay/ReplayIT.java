package io.penstock.app.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.app.audit.Audit;
import io.penstock.app.audit.AuditOptions;
import io.penstock.app.audit.AuditOutput;
import io.penstock.app.audit.AuditReport;
import io.penstock.app.audit.Invariant;
import io.penstock.app.eval.FullOutcomes;
import io.penstock.app.node.NodeOptions;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.feature.FittedExtractor;
import io.penstock.feature.Prompt;
import io.penstock.feature.TfIdfSvd;
import io.penstock.learner.Features;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import io.penstock.topology.PenstockConfig;
import io.penstock.topology.policy.WarmStart;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real loop on embedded Kafka, with a few requests. */
class ReplayIT {
    private static ReplaySettings settings(String policy, int limit, boolean deterministic) {
        return new ReplaySettings(policy, 0.05, 3, OptionalInt.of(limit), 16, deterministic, 4);
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
    void shouldStartFromAWarmModelAndLearnWhatItMisses(@TempDir Path folder) throws IOException {
        // Given
        RecordedOutcomes sample = SampleData.load();
        List<Prompt> prompts = sample.prompts().stream()
                .map(prompt -> Prompt.of(prompt.text()))
                .toList();
        FittedExtractor extractor = new FittedExtractor(TfIdfSvd.fit(prompts, 16, 1));
        List<Features> contexts = extractor.extract(prompts).stream()
                .map(vector -> Features.of(vector.toFloats()))
                .toList();
        int[] all = IntStream.range(0, prompts.size()).toArray();
        byte[] model = WarmModel.fit(WarmKind.JOINT, FullOutcomes.of(sample, all, contexts))
                .withExtractor(extractor.id().hash())
                .toBytes();
        Path features = Files.write(
                folder.resolve("features.tfidf"), TfIdfSvd.fit(prompts, 16, 1).toBytes());
        Path warm = Files.write(folder.resolve("warm.model"), model);
        NodeOptions node = NodeOptions.temporary()
                .with(PenstockConfig.FEATURES_TIER, FittedExtractor.NAME)
                .with(PenstockConfig.FEATURES_FITTED_FILE, features.toString())
                .with(PenstockConfig.WARM_FILE, warm.toString());
        AtomicReference<AuditReport> audit = new AtomicReference<>();

        // When
        ReplayReport report = new ReplaySession(sample, settings("thompson", 200, false), Map.of())
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
                                        new AuditOptions.Scope(true, WarmStart.of(model))),
                                step -> {})));
        ReplayReport cold = new ReplaySession(sample, settings("thompson", 200, false), Map.of())
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
