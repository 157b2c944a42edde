package io.penstock.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.app.replay.ProgressDisplay;
import io.penstock.app.replay.ReplayReport;
import io.penstock.app.replay.ReplaySession;
import io.penstock.app.replay.ReplaySettings;
import io.penstock.app.replay.SampleData;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedSource;
import io.penstock.feature.FittedExtractor;
import io.penstock.topology.PenstockConfig;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a cluster's own log teaches a router that starts afterwards, on prompts that the log has never seen. */
@Tag("study")
class TrainIT {
    private static final int ALL = 1500;
    private static final Logger LOGGER = LoggerFactory.getLogger(TrainIT.class);

    /** Every other prompt of the bundled sample. */
    private record Half(int rest) implements RecordedSource {
        @Override
        public @Nullable InputStream open(String name) throws IOException {
            if (!name.startsWith("outcomes-") || name.endsWith(".gz")) {
                return SampleData.source().open(name);
            }
            StringBuilder lines = new StringBuilder();
            try (BufferedReader all =
                    new BufferedReader(new InputStreamReader(SampleData.source().require(name), UTF_8))) {
                int number = 0;
                for (String line = all.readLine(); line != null; line = all.readLine()) {
                    if (number++ % 2 == rest) {
                        lines.append(line).append('\n');
                    }
                }
            }
            return new ByteArrayInputStream(lines.toString().getBytes(UTF_8));
        }

        @Override
        public String describe() {
            return "half " + rest + " of " + SampleData.source().describe();
        }
    }

    private static RecordedOutcomes half(int rest) {
        return RecordedOutcomes.load(new Half(rest), SampleData.POOL);
    }

    private static ReplayReport replay(
            RecordedOutcomes outcomes, int limit, String policy, long seed, NodeOptions node, Consumer<Node> last) {
        ReplaySettings settings = new ReplaySettings(policy, 0.05, seed, OptionalInt.of(limit), 32, true, 4, null);
        ProgressDisplay silent =
                new ProgressDisplay(new PrintWriter(new StringWriter()), false, InstantSource.system());
        return new ReplaySession(outcomes, settings, Map.of()).run(node, step -> {}, silent, last);
    }

    private static void train(Node node, Path folder, String features) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = {
            "train",
            "--from-topics",
            "--bootstrap-servers",
            node.bootstrapServers(),
            "--schema-registry",
            node.registryUrl(),
            "--features",
            features,
            "--dimension",
            "32",
            "--out",
            folder.toString()
        };
        int exit = Penstock.run(args, new PrintWriter(out), new PrintWriter(err));
        assertThat(exit).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("on 1,500 verdicts", "penstock.warm.file=")
                .doesNotContain("Left out");
    }

    @Test
    void shouldStartBetterThanColdOnPromptsThatTheLogHasNeverSeen(@TempDir Path folder) {
        // Given: a log of the first half, by a policy that has tried every model
        Path recorded = folder.resolve("recorded");
        Path fitted = folder.resolve("fitted");
        replay(half(0), ALL, "random", 1, NodeOptions.temporary(), node -> {
            train(node, recorded, "recorded");
            train(node, fitted, "fitted");
        });
        NodeOptions warm = NodeOptions.temporary()
                .with(
                        PenstockConfig.WARM_FILE,
                        recorded.resolve(TrainCommand.WARM_FILE).toString());
        NodeOptions refitted = NodeOptions.temporary()
                .with(PenstockConfig.FEATURES_TIER, FittedExtractor.NAME)
                .with(
                        PenstockConfig.FEATURES_FITTED_FILE,
                        fitted.resolve(TrainCommand.FEATURES_FILE).toString())
                .with(
                        PenstockConfig.WARM_FILE,
                        fitted.resolve(TrainCommand.WARM_FILE).toString());

        // When: the other half
        double cold = 0;
        double onItsFeatures = 0;
        for (long seed = 2; seed <= 4; seed++) {
            cold += reward(seed, NodeOptions.temporary());
            onItsFeatures += reward(seed, warm);
        }
        LOGGER.info("cold {}, warm {}", cold / 3, onItsFeatures / 3);

        ReplayReport onOthers = replay(half(1), 64, "thompson", 2, refitted, running -> {});

        // Then
        assertThat(onItsFeatures).isGreaterThan(cold);
        assertThat(onOthers.isClean()).isTrue();
        assertThatThrownBy(() -> Node.start(refitted.with(PenstockConfig.FEATURES_TIER, "lexical"), step -> {}))
                .hasMessageContaining("it must be fitted on the features in use");
    }

    private static double reward(long seed, NodeOptions node) {
        ReplayReport report = replay(half(1), ALL, "thompson", seed, node, running -> {});
        assertThat(report.isClean()).isTrue();
        return report.policy().reward();
    }
}
