package io.penstock.topology.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Availability;
import io.penstock.event.BreakerState;
import io.penstock.event.DispatcherState;
import io.penstock.event.ModelState;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What observe makes of what dispatchers say of their models. */
class DispatcherHealthTest {
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration VALID = Duration.ofSeconds(7);

    private final EventCodec codec = EventCodec.local();
    private final Topics topics = new Topics("penstock.");
    private final List<String> counted = new ArrayList<>();
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> input;
    private TestOutputTopic<String, ModelState> output;

    @BeforeEach
    void open() {
        Topology topology = new Topology();
        ObserveStage.addTo(topology, ObserveSettings.defaults(), topics, codec, counted::add);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "dispatcher-health-test");
        driver = new TopologyTestDriver(topology, config, Instant.parse("2026-11-23T10:00:00Z"));
        input = driver.createInputTopic(topics.dispatcherState(), new StringSerializer(), new ByteArraySerializer());
        output = driver.createOutputTopic(
                topics.modelState(),
                new StringDeserializer(),
                codec.serde(ModelState.class).deserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private void say(String dispatcher, BreakerState breaker) {
        DispatcherState state = DispatcherState.newBuilder()
                .setModel("gpt")
                .setDispatcher(dispatcher)
                .setBreaker(breaker)
                .setValidForMs(VALID.toMillis())
                .build();
        input.pipeInput("gpt/" + dispatcher, codec.encode(state));
    }

    /** What is published within the time; the last of it. */
    private ModelState after(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(TICK)) {
            driver.advanceWallClockTime(TICK);
        }
        List<ModelState> states = output.readValuesToList();
        return states.isEmpty() ? null : states.get(states.size() - 1);
    }

    @Test
    void shouldSayUnavailableWhenEveryDispatcherDoes() {
        // Given
        say("a", BreakerState.CLOSED);
        say("b", BreakerState.OPEN);
        assertThat(after(TICK).getAvailability()).isEqualTo(Availability.AVAILABLE);

        // When
        say("a", BreakerState.OPEN);

        // Then
        assertThat(after(TICK)).satisfies(state -> {
            assertThat(state.getModel()).isEqualTo("gpt");
            assertThat(state.getShard()).isZero();
            assertThat(state.getAvailability()).isEqualTo(Availability.UNAVAILABLE);
            assertThat(state.getValidForMs()).isEqualTo(7_000);
            assertThat(state.getDispatchers()).isEqualTo(2);
            assertThat(state.getDispatchersOpen()).isEqualTo(2);
        });
    }

    @Test
    void shouldSayWhenItIsTriedAgainAndWhenItIsBack() {
        // Given
        say("a", BreakerState.OPEN);
        assertThat(after(TICK).getAvailability()).isEqualTo(Availability.UNAVAILABLE);

        // When
        say("a", BreakerState.HALF_OPEN);
        Availability tried = after(TICK).getAvailability();
        say("a", BreakerState.CLOSED);

        // Then
        assertThat(tried).isEqualTo(Availability.PROBING);
        assertThat(after(TICK)).satisfies(state -> {
            assertThat(state.getAvailability()).isEqualTo(Availability.AVAILABLE);
            assertThat(state.getValidForMs()).isZero();
        });
    }

    @Test
    void shouldSayItAgainForAsLongAsItHolds() {
        // Given
        say("a", BreakerState.OPEN);
        assertThat(after(TICK)).isNotNull();

        // When
        ModelState again = after(Duration.ofSeconds(3));

        // Then
        assertThat(again.getAvailability()).isEqualTo(Availability.UNAVAILABLE);
    }

    @Test
    void shouldForgetADispatcherThatIsHeardOfNoMore() {
        // Given
        say("dead", BreakerState.OPEN);
        assertThat(after(TICK).getAvailability()).isEqualTo(Availability.UNAVAILABLE);

        // When
        ModelState later = after(VALID.plusSeconds(1));

        // Then
        assertThat(later.getAvailability()).isEqualTo(Availability.AVAILABLE);
        assertThat(later.getDispatchers()).isZero();
        assertThat(after(Duration.ofSeconds(10))).isNull();
    }

    @Test
    void shouldForgetADispatcherThatServesTheModelNoLonger() {
        // Given
        say("a", BreakerState.OPEN);
        say("b", BreakerState.CLOSED);
        assertThat(after(TICK).getAvailability()).isEqualTo(Availability.AVAILABLE);

        // When
        input.pipeInput("gpt/b", (byte[]) null);

        // Then
        assertThat(after(TICK).getAvailability()).isEqualTo(Availability.UNAVAILABLE);
    }

    @Test
    void shouldRefuseWhatIsNoStateOfItsKey() {
        // Given
        say("a", BreakerState.CLOSED);
        assertThat(after(TICK)).isNotNull();

        // When
        input.pipeInput(
                "gpt/a",
                codec.encode(DispatcherState.newBuilder()
                        .setModel("gpt")
                        .setDispatcher("b")
                        .setBreaker(BreakerState.OPEN)
                        .setValidForMs(7_000)
                        .build()));
        input.pipeInput("gpt/a", new byte[] {7});
        input.pipeInput("nobody", (byte[]) null);

        // Then
        assertThat(after(TICK)).isNull();
        assertThat(counted).filteredOn("dispatcher-state.rejected"::equals).hasSize(3);
    }
}
