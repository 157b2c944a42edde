package io.penstock.topology.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withPrecision;

import io.penstock.event.ModelState;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelStateStageTest {
    private final EventCodec codec = EventCodec.local();
    private final Topics topics = new Topics("penstock.");
    private final List<String> counted = new ArrayList<>();
    private final LoadView view = new LoadView();
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> input;

    @BeforeEach
    void open() {
        Topology topology = new Topology();
        ModelStateStage.addGlobalTo(topology, topics, codec, view, counted::add);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "model-state-test");
        driver = new TopologyTestDriver(topology, config);
        input = driver.createInputTopic(topics.modelState(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private static ModelState state(int shard) {
        return ModelState.newBuilder()
                .setModel("gpt")
                .setShard(shard)
                .setInFlight(3)
                .setCompleted(10)
                .setLatencyMs(100)
                .build();
    }

    private void publish(ModelState state) {
        String key = state.getModel() + '/' + state.getShard();
        input.pipeInput(key.getBytes(StandardCharsets.UTF_8), codec.encode(state));
    }

    @Test
    void shouldSumTheNewestStateOfEachShard() {
        // Given
        publish(ModelState.newBuilder(state(0)).setInFlight(99).build());

        // When
        publish(state(0));
        publish(ModelState.newBuilder(state(1))
                .setCompleted(30)
                .setFailed(20)
                .setLatencyMs(200)
                .setFailureRate(0.5)
                .setSpentNanos(7)
                .build());

        // Then
        ModelLoad load = view.load("gpt");
        assertThat(load.inFlight()).isEqualTo(6);
        assertThat(load.completed()).isEqualTo(40);
        assertThat(load.failed()).isEqualTo(20);
        assertThat(load.latencyMillis()).isEqualTo(175, withPrecision(1e-9));
        assertThat(load.failureRate()).isEqualTo(25.0 / 60, withPrecision(1e-9));
        assertThat(load.spentNanos()).isEqualTo(7);
        assertThat(view.latencyFactor("gpt")).isEqualTo(60.0 / 35, withPrecision(1e-9));
    }

    @Test
    void shouldKnowNothingOfAnUnseenModel() {
        assertThat(view.load("gpt")).isEqualTo(ModelLoad.NONE);
        assertThat(view.latencyFactor("gpt")).isEqualTo(1);
    }

    @Test
    void shouldBoundTheFactorOfAModelThatAlwaysFails() {
        // When
        publish(ModelState.newBuilder(state(0))
                .setFailed(1000)
                .setCompleted(0)
                .setFailureRate(1)
                .build());

        // Then
        assertThat(view.latencyFactor("gpt")).isEqualTo(10, withPrecision(1e-9));
    }

    static Stream<Consumer<ModelState>> spoilers() {
        return Stream.of(
                state -> state.setModel("G P T"),
                state -> state.setShard(7),
                state -> state.setCompleted(-1),
                state -> state.setFailed(-1),
                state -> state.setLatencyMs(Double.NaN),
                state -> state.setFailureRate(1.5));
    }

    @ParameterizedTest
    @MethodSource("spoilers")
    void shouldKeepTheLastGoodState(Consumer<ModelState> spoil) {
        // Given
        publish(state(0));
        ModelLoad good = view.load("gpt");
        ModelState bad = state(0);
        spoil.accept(bad);

        // When
        input.pipeInput("gpt/0".getBytes(StandardCharsets.UTF_8), codec.encode(bad));
        input.pipeInput("gpt/0".getBytes(StandardCharsets.UTF_8), new byte[] {7});

        // Then
        assertThat(view.load("gpt")).isEqualTo(good);
        assertThat(counted).containsExactly("model-state.rejected", "model-state.rejected");
    }
}
