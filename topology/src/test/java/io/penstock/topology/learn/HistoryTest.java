package io.penstock.topology.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.OutcomeKind;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicyEventKind;
import io.penstock.event.PolicySnapshot;
import io.penstock.learner.Decay;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.StageMetrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Instant START = Instant.parse("2026-06-01T10:20:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final EventCodec codec = EventCodec.local();
    private final Topics topics = new Topics("penstock.");
    private TopologyTestDriver driver;

    @BeforeEach
    void start() {
        Topology topology = new Topology();
        LearnSettings settings = new LearnSettings(Duration.ZERO, 10, Decay.NONE, null, HOUR);
        LearnStage.addTo(topology, settings, topics, codec, StageMetrics.none());
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "history-test");
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        driver = new TopologyTestDriver(topology, config, START);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void shouldCopyWhatChangedAtTheTurnOfEachPeriod() {
        // Given
        learn("first");
        learn("second");
        List<KeyValue<String, PolicyEvent>> early = history();

        // When
        driver.advanceWallClockTime(HOUR);
        List<KeyValue<String, PolicyEvent>> full = history();
        driver.advanceWallClockTime(HOUR);
        List<KeyValue<String, PolicyEvent>> unchanged = history();
        learn("second");
        driver.advanceWallClockTime(HOUR);

        // Then
        assertThat(early).isEmpty();
        assertThat(full).extracting(record -> record.key).containsOnly("tenant/acme");
        assertThat(full)
                .extracting(record -> record.value.getSnapshot().getModel()
                        + '@'
                        + record.value.getSnapshot().getVersion())
                .containsExactly("first@1", "second@2");
        assertThat(full).allSatisfy(record -> {
            assertThat(record.value.getKind()).isEqualTo(PolicyEventKind.CHECKPOINT);
            assertThat(record.value.getAt()).isEqualTo(START.plus(HOUR));
        });
        assertThat(unchanged).isEmpty();
        assertThat(history())
                .extracting(record -> record.value.getSnapshot().getModel())
                .containsExactly("second");
    }

    @Test
    void shouldCopyExactlyWhatIsPublished() {
        // Given
        learn("first");
        learn("first");
        PolicySnapshot published = null;
        for (PolicySnapshot snapshot : policies()) {
            published = snapshot;
        }

        // When
        driver.advanceWallClockTime(HOUR);

        // Then
        assertThat(published).isNotNull();
        PolicySnapshot copy = history().get(0).value.getSnapshot();
        assertThat(copy.getStatistics()).isEqualTo(published.getStatistics());
        assertThat(copy.getVersion()).isEqualTo(published.getVersion());
    }

    private void learn(String model) {
        driver.createInputTopic(topics.outcomes(), new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(
                        "acme/r-1".getBytes(StandardCharsets.UTF_8),
                        codec.encode(Outcomes.of(OutcomeKind.JUDGED, model, 1, 2)
                                .setScopes(List.of("tenant/acme"))
                                .build()));
    }

    private List<PolicySnapshot> policies() {
        return driver.createOutputTopic(
                        topics.policies(),
                        new StringDeserializer(),
                        codec.serde(PolicySnapshot.class).deserializer())
                .readValuesToList();
    }

    private List<KeyValue<String, PolicyEvent>> history() {
        return driver.createOutputTopic(
                        topics.policyHistory(),
                        new StringDeserializer(),
                        codec.serde(PolicyEvent.class).deserializer())
                .readKeyValuesToList();
    }
}
