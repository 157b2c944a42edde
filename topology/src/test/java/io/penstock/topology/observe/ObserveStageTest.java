package io.penstock.topology.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withPrecision;

import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.ModelState;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObserveStageTest {
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration TICK = Duration.ofMillis(250);
    private static final ObserveSettings SETTINGS =
            new ObserveSettings(true, TICK, 2, Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofMinutes(10));

    private final EventCodec codec = EventCodec.local();
    private final Topics topics = new Topics("penstock.");
    private final List<String> counted = new ArrayList<>();
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> decisions;
    private TestInputTopic<byte[], byte[]> completions;
    private TestOutputTopic<String, ModelState> states;
    private TestOutputTopic<byte[], byte[]> letters;

    @BeforeEach
    void open() {
        Topology topology = new Topology();
        ObserveStage.addTo(topology, SETTINGS, topics, codec, counted::add);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "observe-test");
        driver = new TopologyTestDriver(topology, config, START);
        decisions = driver.createInputTopic(topics.decisions(), new ByteArraySerializer(), new ByteArraySerializer());
        completions =
                driver.createInputTopic(topics.completions(), new ByteArraySerializer(), new ByteArraySerializer());
        states = driver.createOutputTopic(
                topics.modelState(),
                new StringDeserializer(),
                codec.serde(ModelState.class).deserializer());
        letters = driver.createOutputTopic(
                topics.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private static Decision decision(String request, int attempt) {
        return Decision.newBuilder()
                .setDecisionId(request + '-' + attempt)
                .setKind(DecisionKind.DISPATCH)
                .setTenant("acme")
                .setRequestId(request)
                .setAttempt(attempt)
                .setModel("gpt")
                .setStartBefore(START.plusSeconds(60))
                .setCallTimeoutMs(30_000)
                .build();
    }

    private static Completion completion(String request, int attempt, CompletionStatus status) {
        return Completion.newBuilder()
                .setDecisionId(request + '-' + attempt)
                .setTenant("acme")
                .setRequestId(request)
                .setAttempt(attempt)
                .setModel("gpt")
                .setStatus(status)
                .setLatencyMs(400)
                .setCostNanos(1000)
                .build();
    }

    private void read(SpecificRecord event) {
        TestInputTopic<byte[], byte[]> topic = event instanceof Decision ? decisions : completions;
        topic.pipeInput("acme/r".getBytes(StandardCharsets.UTF_8), codec.encode(event), START);
    }

    private ModelState tick() {
        driver.advanceWallClockTime(TICK);
        List<ModelState> published = states.readValuesToList();
        return published.isEmpty() ? null : published.get(published.size() - 1);
    }

    static Stream<List<SpecificRecord>> orders() {
        List<SpecificRecord> events = List.of(
                decision("r", 1),
                decision("r", 1),
                completion("r", 1, CompletionStatus.SUCCESS),
                completion("r", 1, CompletionStatus.SUCCESS));
        List<List<SpecificRecord>> all = new ArrayList<>();
        permute(new ArrayList<>(), events, all);
        return all.stream().distinct();
    }

    private static void permute(List<SpecificRecord> start, List<SpecificRecord> left, List<List<SpecificRecord>> all) {
        if (left.isEmpty()) {
            all.add(List.copyOf(start));
        }
        for (int i = 0; i < left.size(); i++) {
            List<SpecificRecord> rest = new ArrayList<>(left);
            start.add(rest.remove(i));
            permute(start, rest, all);
            start.remove(start.size() - 1);
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void shouldCountAnAttemptOnceInAnyOrder(List<SpecificRecord> events) {
        // When
        events.forEach(this::read);

        // Then
        ModelState state = tick();
        assertThat(state.getInFlight()).isZero();
        assertThat(state.getCompleted()).isEqualTo(1);
        assertThat(state.getFailed()).isZero();
        assertThat(state.getLatencyMs()).isEqualTo(400);
        assertThat(state.getSpentNanos()).isEqualTo(1000);
    }

    @Test
    void shouldCountWhatIsInFlight() {
        // Given
        read(decision("a", 1));
        read(decision("a", 2));
        read(decision("b", 1));
        read(Decision.newBuilder(decision("c", 1))
                .setKind(DecisionKind.REJECT)
                .setModel(null)
                .build());

        // When
        read(completion("a", 1, CompletionStatus.TIMEOUT));

        // Then
        ModelState state = tick();
        assertThat(state.getModel()).isEqualTo("gpt");
        assertThat(state.getShard()).isZero();
        assertThat(state.getInFlight()).isEqualTo(2);
        assertThat(state.getFailed()).isEqualTo(1);
        assertThat(state.getFailureRate()).isEqualTo(1);
        assertThat(state.getObservedAt()).isEqualTo(START.plus(TICK));
    }

    @Test
    void shouldWeighRecentCompletionsMore() {
        // Given
        for (int i = 0; i < 4; i++) {
            read(completion("old-" + i, 1, CompletionStatus.FAILED));
            read(Completion.newBuilder(completion("slow-" + i, 1, CompletionStatus.SUCCESS))
                    .setLatencyMs(1000)
                    .build());
        }

        // When
        read(completion("new-1", 1, CompletionStatus.SUCCESS));
        read(completion("new-2", 1, CompletionStatus.SUCCESS));

        // Then
        ModelState state = tick();
        double keep = Math.sqrt(0.5);
        double slow = 1 + keep + keep * keep + Math.pow(keep, 3);
        assertThat(state.getLatencyMs())
                .isEqualTo((1000 * slow / 2 + 400 * keep + 400) / (slow / 2 + keep + 1), withPrecision(1e-9));
        assertThat(state.getFailureRate()).isBetween(0.1, 0.4);
    }

    @Test
    void shouldNotBlameAModelForCallsThatNeverHappened() {
        // When
        read(completion("a", 1, CompletionStatus.NOT_STARTED));
        read(completion("b", 1, CompletionStatus.CANCELLED));

        // Then
        ModelState state = tick();
        assertThat(state.getCompleted() + state.getFailed()).isZero();
        assertThat(state.getFailureRate()).isZero();
        assertThat(state.getSpentNanos()).isEqualTo(2000);
    }

    @Test
    void shouldCountAttemptsThatNeverCompleteAsFailedAndOnlyTheCostOfALateCompletion() {
        // Given
        read(decision("a", 1));
        long atFirst = tick().getInFlight();
        driver.advanceWallClockTime(Duration.ofSeconds(94));
        boolean early = states.isEmpty();

        // When
        driver.advanceWallClockTime(Duration.ofSeconds(2));
        ModelState ended = states.readValue();
        read(completion("a", 1, CompletionStatus.SUCCESS));
        ModelState late = tick();

        // Then
        assertThat(atFirst).isEqualTo(1);
        assertThat(early).isTrue();
        assertThat(ended.getInFlight()).isZero();
        assertThat(ended.getFailed()).isEqualTo(1);
        assertThat(ended.getFailureRate()).isEqualTo(1);
        assertThat(ended.getSpentNanos()).isZero();
        assertThat(late.getInFlight()).isZero();
        assertThat(late.getCompleted()).isZero();
        assertThat(late.getFailed()).isEqualTo(1);
        assertThat(late.getSpentNanos()).isEqualTo(1000);
        assertThat(counted).contains("observe.expired");
    }

    @Test
    void shouldForgetFinishedAttempts() {
        // Given
        read(decision("a", 1));
        read(completion("a", 1, CompletionStatus.SUCCESS));
        read(completion("b", 1, CompletionStatus.SUCCESS));
        read(decision("c", 1));

        // When
        driver.advanceWallClockTime(Duration.ofMinutes(2));
        driver.advanceWallClockTime(Duration.ofMinutes(11));

        // Then
        assertThat(keys(ObserveStage.ATTEMPTS)).isEmpty();
        assertThat(keys(ObserveStage.TIMERS)).isEmpty();
        assertThat(keys(ObserveStage.MODELS)).containsExactly("gpt");
    }

    private List<String> keys(String store) {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all =
                driver.<String, byte[]>getKeyValueStore(store).all()) {
            all.forEachRemaining(entry -> keys.add(entry.key));
        }
        return keys;
    }

    @Test
    void shouldPublishOnceATickAndOnlyWhatChanged() {
        // Given
        for (int i = 0; i < 20; i++) {
            read(decision("r-" + i, 1));
        }

        // When
        boolean quietBefore = states.isEmpty();
        driver.advanceWallClockTime(TICK);
        List<TestRecord<String, ModelState>> published = states.readRecordsToList();
        driver.advanceWallClockTime(TICK.multipliedBy(10));

        // Then
        assertThat(quietBefore).isTrue();
        assertThat(published).hasSize(1);
        assertThat(published.get(0).key()).isEqualTo("gpt/0");
        assertThat(published.get(0).value().getInFlight()).isEqualTo(20);
        assertThat(states.isEmpty()).isTrue();
    }

    @Test
    void shouldKeepItsTalliesAtCommit() {
        // Given
        read(decision("a", 1));

        // When
        read(completion("b", 1, CompletionStatus.SUCCESS));

        // Then
        byte[] stored =
                driver.<String, byte[]>getKeyValueStore(ObserveStage.MODELS).get("gpt");
        ModelTally tally = ModelTally.fromBytes(stored);
        assertThat(tally.inFlight()).isEqualTo(1);
        assertThat(tally.completed()).isEqualTo(1);
        assertThat(tally.latency().value()).isEqualTo(400);
    }

    static Stream<SpecificRecord> badEvents() {
        return Stream.of(
                Decision.newBuilder(decision("a", 1)).setModel(null).build(),
                Decision.newBuilder(decision("a", 1)).setModel("A/B").build(),
                Decision.newBuilder(decision("a", 1)).setTenant("A").build(),
                Completion.newBuilder(completion("a", 1, CompletionStatus.SUCCESS))
                        .setModel("")
                        .build(),
                Completion.newBuilder(completion("a", 1, CompletionStatus.SUCCESS))
                        .setLatencyMs(Double.NaN)
                        .build(),
                Completion.newBuilder(completion("a", 1, CompletionStatus.SUCCESS))
                        .setCostNanos(-1)
                        .build(),
                Completion.newBuilder(completion("a", 1, CompletionStatus.SUCCESS))
                        .setRequestId("a/b")
                        .build());
    }

    @ParameterizedTest
    @MethodSource("badEvents")
    void shouldPutBadEventsAside(SpecificRecord bad) {
        // When
        read(bad);

        // Then
        assertThat(letters.readRecord().value()).isEqualTo(codec.encode(bad));
        assertThat(tick()).isNull();
        assertThat(counted).containsExactly("observe.bad-event");
    }

    @Test
    void shouldPutUnreadableBytesAside() {
        // When
        completions.pipeInput("k".getBytes(StandardCharsets.UTF_8), new byte[] {9, 9});
        decisions.pipeInput("k".getBytes(StandardCharsets.UTF_8), new byte[0]);

        // Then
        assertThat(letters.readRecordsToList()).hasSize(2);
        assertThat(counted).containsExactly("observe.malformed", "observe.malformed");
    }

    @Test
    void shouldAddNothingWhenSwitchedOff() {
        // Given
        Topology topology = new Topology();

        // When
        ObserveStage.addTo(topology, ObserveSettings.off(), topics, codec, counted::add);

        // Then
        assertThat(topology.describe().subtopologies()).isEmpty();
    }

    @Test
    void shouldRefuseSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> new ObserveSettings(true, Duration.ZERO, 50, TICK, TICK, TICK))
                .hasMessageContaining("publishInterval must be from PT0.01S to PT1M, but is PT0S");
        assertThatThrownBy(() -> new ObserveSettings(true, TICK, Double.NaN, TICK, TICK, TICK))
                .hasMessageContaining("halfLife");
        assertThatThrownBy(() -> new ObserveSettings(true, TICK, 50, TICK.negated(), TICK, TICK))
                .hasMessageContaining("clockSkew");
    }
}
