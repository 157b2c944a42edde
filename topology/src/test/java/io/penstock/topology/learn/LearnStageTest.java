package io.penstock.topology.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.withPrecision;

import io.penstock.event.ExperimentTrial;
import io.penstock.event.FeatureVector;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.Trial;
import io.penstock.learner.Decay;
import io.penstock.learner.Features;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import io.penstock.learner.warm.WarmOutcomes;
import io.penstock.learner.warm.WarmResiduals;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.DeadLetter;
import io.penstock.topology.policy.PolicyFormat;
import io.penstock.topology.policy.ShardStatistics;
import io.penstock.topology.policy.WarmStart;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearnStageTest {
    private static final LearnSettings AT_ONCE = new LearnSettings(Duration.ZERO, 100);

    private final EventCodec codec = EventCodec.local();
    private final Topics topics = new Topics("penstock.");
    private final List<String> counted = new ArrayList<>();
    private final List<TopologyTestDriver> drivers = new ArrayList<>();

    @AfterEach
    void close() {
        drivers.forEach(TopologyTestDriver::close);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100})
    void shouldPublishWhatARefoldOfTheOutcomesGives(int hotKeys) {
        // Given
        long seed = 20_261_123;
        System.out.println("seed " + seed);
        List<Outcome> outcomes = Outcomes.random(new Random(seed), 300);
        Run run = new Run(new LearnSettings(Duration.ZERO, hotKeys));

        // When
        outcomes.forEach(run::learn);

        // Then
        Map<String, byte[]> published = new TreeMap<>();
        Map<String, Long> versions = new TreeMap<>();
        for (KeyValue<String, PolicySnapshot> message : run.snapshots()) {
            ShardStatistics snapshot = PolicyFormat.decode(message.key, message.value);
            assertThat(snapshot.version()).isGreaterThan(versions.getOrDefault(message.key, 0L));
            versions.put(message.key, snapshot.version());
            published.put(message.key, snapshot.statistics().toBytes());
        }
        Map<String, byte[]> expected = new TreeMap<>();
        Refold.of(0, outcomes).forEach((key, sums) -> expected.put(key, sums.toBytes()));
        assertThat(published).hasSize(8).containsExactlyEntriesOf(expected);
        assertThat(versions.values()).contains(300L).allMatch(version -> version <= 300);
    }

    @Test
    void shouldForgetByTheTimeOfTheDecision() {
        // Given
        Decay decay = new Decay(60_000);
        Run run = new Run(new LearnSettings(Duration.ZERO, 2, decay, null));
        List<Outcome> outcomes = Outcomes.random(new Random(4), 200);
        Refold refold = new Refold(key -> decay, null);

        // When
        for (int i = 0; i < outcomes.size(); i++) {
            long recorded = 1_760_000_000_000L + i * 40_000L;
            // Some from long ago, and some from the year 9999.
            Instant decided =
                    i % 50 == 7 ? Instant.parse("9999-12-31T00:00:00Z") : Instant.ofEpochMilli(recorded - i % 7);
            outcomes.get(i).setDecisionTime(i % 50 == 9 ? Instant.EPOCH : decided);
            run.learn(outcomes.get(i), recorded);
            refold.add(0, outcomes.get(i), recorded);
        }

        // Then
        Map<String, ModelStatistics> published = new TreeMap<>();
        for (KeyValue<String, PolicySnapshot> message : run.snapshots()) {
            assertThat(message.value.getFormat()).isEqualTo(2);
            ModelStatistics statistics =
                    PolicyFormat.decode(message.key, message.value).statistics();
            assertThat(message.value.getLandmark().toEpochMilli()).isEqualTo(statistics.landmark());
            published.put(message.key, statistics);
        }
        assertThat(published.keySet()).isEqualTo(refold.sums().keySet()).hasSize(8);
        refold.sums().forEach((key, sums) -> {
            ModelStatistics known = Objects.requireNonNull(published.get(key));
            assertThat(known.toBytes()).isEqualTo(sums.toBytes());
            assertThat(known.latest()).isLessThanOrEqualTo(1_760_000_000_000L + 200 * 40_000L + 60_000);
        });
    }

    @Test
    void shouldLearnWhatTheWarmModelMissesOfDecisionsThatUsedIt() {
        // Given: it expects 0.5 of gpt everywhere
        WarmStart warm = warm("gpt");
        WarmStart other = warm("tiny");
        Run run = new Run(new LearnSettings(Duration.ZERO, 100, Decay.NONE, warm));
        Refold refold = new Refold(key -> Decay.NONE, warm);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            List<String> scopes = List.of("tenant/acme", (i < 30 ? warm : other).scope("tenant/acme"));
            outcomes.add(Outcomes.of(OutcomeKind.JUDGED, i % 10 == 3 ? "tiny" : "gpt", 1, 0)
                    .setScopes(scopes)
                    .setQuality(0.8)
                    .build());
        }

        // When
        for (Outcome outcome : outcomes) {
            run.learn(outcome, 1_000);
            refold.add(0, outcome, 1_000);
        }

        // Then: not from the last ten, which used another model, nor of one that it does not know
        Map<String, ModelStatistics> published = new TreeMap<>();
        for (KeyValue<String, PolicySnapshot> message : run.snapshots()) {
            published.put(
                    message.key, PolicyFormat.decode(message.key, message.value).statistics());
        }
        String residuals = warm.scope("tenant/acme") + "/gpt/0/" + WarmStart.RESIDUALS;
        assertThat(published.keySet())
                .containsExactlyInAnyOrder(
                        "tenant/acme/gpt/0/" + Outcomes.EXTRACTOR,
                        "tenant/acme/tiny/0/" + Outcomes.EXTRACTOR,
                        residuals);
        assertThat(published.get(residuals).judged()).isEqualTo(27);
        assertThat(WarmResiduals.of(warm.model(), Map.of("gpt", published.get(residuals)))
                        .shift(0))
                .isEqualTo(0.3 * 27 / 28, withPrecision(0.01));
        refold.sums()
                .forEach((key, sums) -> assertThat(published.get(key).toBytes()).isEqualTo(sums.toBytes()));
        assertThat(counted.stream().filter("learn.residual-skipped"::equals).count())
                .isEqualTo(13);
        assertThat(run.deadLetters()).isEmpty();
    }

    private static WarmStart warm(String model) {
        double[][] half = {{0, 1, 0, 1}};
        WarmModel fitted = WarmModel.fit(
                WarmKind.LOGISTIC,
                WarmOutcomes.of(List.of(model), Collections.nCopies(4, Features.of(1, 0)), half, new double[1][4]));
        return WarmStart.of(fitted.withExtractor(Outcomes.EXTRACTOR).toBytes());
    }

    @Test
    void shouldSayWhenAModelHasChangedAndBelieveItsNewVerdicts() {
        // Given
        Run run = new Run(AT_ONCE);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            outcomes.add(Outcomes.of(OutcomeKind.JUDGED, "gpt", 1 - i % 3)
                    .setQuality(i < 300 ? 0.9 : 0.2)
                    .setDecisionTime(Instant.ofEpochMilli(1_760_000_000_000L + i))
                    .build());
        }

        // When: the learner restarts in between
        outcomes.subList(0, 310).forEach(run::learn);
        Run after = new Run(AT_ONCE);
        run.storeKeys().forEach(key -> after.store().put(key, run.store().get(key)));
        outcomes.subList(310, 400).forEach(after::learn);

        // Then
        List<KeyValue<String, PolicySnapshot>> snapshots = run.snapshots();
        snapshots.addAll(after.snapshots());
        assertThat(snapshots.get(299).value.getChangedAt()).isNull();
        PolicySnapshot last = snapshots.get(snapshots.size() - 1).value;
        assertThat(last.getChangedAt())
                .isBetween(Instant.ofEpochMilli(1_760_000_000_300L), Instant.ofEpochMilli(1_760_000_000_350L));
        assertThat(last.getQualityBefore()).isEqualTo(0.9, withPrecision(0.05));
        assertThat(last.getQualityAfter()).isEqualTo(0.2, withPrecision(0.05));
        assertThat(counted).containsOnlyOnce("learn.model-worse");
        Map<String, ModelStatistics> expected = Refold.of(0, outcomes);
        ModelStatistics sums = PolicyFormat.decode("tenant/acme/gpt/0/" + Outcomes.EXTRACTOR, last)
                .statistics();
        assertThat(expected.values())
                .singleElement()
                .satisfies(refolded -> assertThat(sums.toBytes()).isEqualTo(refolded.toBytes()));
        assertThat(sums.qualityMean()).isEqualTo(0.2, withPrecision(0.05));
    }

    @Test
    void shouldNameTheSnapshotCompletely() {
        // Given
        Run run = new Run(AT_ONCE);
        run.learn(Outcomes.of(OutcomeKind.CENSORED, "gpt", 1).build());

        // When
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "gpt", 1, 2).build());

        // Then
        KeyValue<String, PolicySnapshot> message = run.snapshots().get(0);
        PolicySnapshot snapshot = message.value;
        assertThat(message.key).isEqualTo("tenant/acme/gpt/0/" + Outcomes.EXTRACTOR);
        assertThat(snapshot.getVersion()).isEqualTo(2);
        assertThat(snapshot.getFamily()).isEqualTo("ridge");
        assertThat(snapshot.getFormat()).isEqualTo(1);
        assertThat(snapshot.getDimension()).isEqualTo(2);
        assertThat(snapshot.getLandmark().toEpochMilli()).isZero();
        assertThat(snapshot.getProvenance()).isEqualTo("online");
        assertThat(PolicyFormat.decode(message.key, snapshot).statistics().qualityMean())
                .isEqualTo(0.75, withPrecision(1e-9));
    }

    @Test
    void shouldTeachEveryScopeOfAnOutcome() {
        // Given
        Run run = new Run(AT_ONCE);
        List<String> scopes = new ArrayList<>(List.of("tenant/acme", "group/law"));

        // When
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "gpt", 1).setScopes(scopes).build());

        // Then
        assertThat(run.snapshots())
                .extracting(message -> message.value.getScope() + '@' + message.value.getVersion())
                .containsExactly("group/law@1", "tenant/acme@1");
    }

    @ParameterizedTest(name = "of {0}")
    @ValueSource(strings = {"tenant/other", "group/all", "global"})
    void shouldPublishTheSameBytesOfATenantWhateverOthersLearn(String others) {
        // Given: the same outcomes of one tenant, alone and between those of others
        List<Outcome> own = Outcomes.random(new Random(1), 150);
        own.forEach(outcome -> outcome.setScopes(new ArrayList<>(List.of("tenant/acme"))));
        List<Outcome> foreign = Outcomes.random(new Random(2), 300);
        foreign.forEach(outcome -> outcome.setScopes(new ArrayList<>(List.of(others))));
        Run alone = new Run(AT_ONCE);
        Run together = new Run(AT_ONCE);

        // When
        for (int i = 0; i < own.size(); i++) {
            alone.learn(own.get(i));
            together.learn(foreign.get(2 * i));
            together.learn(own.get(i));
            together.learn(foreign.get(2 * i + 1));
        }

        // Then
        List<String> expected = alone.published("tenant/acme");
        assertThat(expected).hasSize(150);
        assertThat(together.published("tenant/acme")).isEqualTo(expected);
        assertThat(together.storeKeys()).anyMatch(key -> key.startsWith(others + '/'));
    }

    @Test
    void shouldLeaveOnlyTheNewVerdictOfACorrection() {
        // Given
        Run run = new Run(AT_ONCE);
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "gpt", 0.5f).setQuality(0.25).build());
        ModelStatistics expected = ModelStatistics.empty(1);
        expected.apply(Features.of(0.5f), new Observation.Judged(1, 0.75));

        // When
        run.learn(Outcomes.of(OutcomeKind.CORRECTED, "gpt", 0.5f).build());

        // Then
        KeyValue<String, PolicySnapshot> last = run.snapshots().get(1);
        assertThat(PolicyFormat.decode(last.key, last.value).statistics().toBytes())
                .isEqualTo(expected.toBytes());
    }

    @Test
    void shouldCountACensoredOutcomeAndLearnNothing() {
        // Given
        Run run = new Run(AT_ONCE);

        // When
        run.learn(Outcomes.of(OutcomeKind.CENSORED, "gpt", 1).setFeatures(null).build());

        // Then
        assertThat(run.snapshots()).isEmpty();
        assertThat(run.deadLetters()).isEmpty();
        assertThat(counted).containsExactly("learn.censored");
    }

    private static Map<String, Consumer<Outcome>> badOutcomes() {
        Map<String, Consumer<Outcome>> bad = new LinkedHashMap<>();
        bad.put("features must be there", outcome -> outcome.setFeatures(null));
        bad.put("must have 4 bytes each", outcome -> outcome.getFeatures().setDimension(3));
        bad.put(
                "feature 1 must be a number",
                outcome -> outcome.getFeatures()
                        .setValues(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xC0, 0x7F})));
        bad.put(
                "4 long, but are 0 long",
                outcome ->
                        outcome.setFeatures(new FeatureVector(Outcomes.EXTRACTOR, 0, ByteBuffer.allocate(0), false)));
        bad.put(
                "dimension must be from 1 to 512",
                outcome -> outcome.setFeatures(
                        new FeatureVector(Outcomes.EXTRACTOR, 513, ByteBuffer.allocate(513 * 4), false)));
        bad.put(
                "few enough for a snapshot",
                outcome -> outcome.setFeatures(
                        new FeatureVector(Outcomes.EXTRACTOR, 511, ByteBuffer.allocate(511 * 4), false)));
        bad.put("must have dimension 2, but have 1", outcome -> outcome.setFeatures(Outcomes.vector(1)));
        bad.put("extractor 'a/b'", outcome -> outcome.getFeatures().setExtractor("a/b"));
        bad.put("quality must be there", outcome -> outcome.setQuality(null));
        bad.put("quality must be a number from 0.0 to 1.0, but is 1.5", outcome -> outcome.setQuality(1.5));
        bad.put("quality must be a number from 0.0 to 1.0, but is NaN", outcome -> outcome.setQuality(Double.NaN));
        bad.put("weight must be a finite number above 0, but is 0.0", outcome -> outcome.setWeight(0));
        bad.put("weight must be a finite number above 0, but is -1.0", outcome -> outcome.setWeight(-1));
        bad.put("but is 1.0E9", outcome -> outcome.setWeight(1e9));
        bad.put("replaced_quality must be there", outcome -> outcome.setKind(OutcomeKind.CORRECTED));
        bad.put("outputTokens must be", outcome -> {
            outcome.setKind(OutcomeKind.COMPLETED);
            outcome.setOutputTokens(-1);
        });
        bad.put("latencyMillis must be", outcome -> {
            outcome.setKind(OutcomeKind.COMPLETED);
            outcome.setLatencyMs(Double.POSITIVE_INFINITY);
        });
        bad.put("at least one scope", outcome -> outcome.setScopes(List.of()));
        bad.put("scopes must be distinct", outcome -> outcome.setScopes(List.of("a", "a")));
        bad.put("scope ''", outcome -> outcome.setScopes(List.of("")));
        bad.put("scope 'a?b'", outcome -> outcome.setScopes(List.of("a\nb")));
        bad.put("model 'GPT/4'", outcome -> outcome.setModel("GPT/4"));
        return bad;
    }

    @Test
    void shouldPutABadOutcomeAsideAndLearnNothingFromIt() {
        // Given
        Run run = new Run(AT_ONCE);
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "gpt", 1, 2).build());
        byte[] before = run.store().get("tenant/acme/gpt/" + Outcomes.EXTRACTOR);
        Map<Outcome, String> bad = new LinkedHashMap<>();
        badOutcomes().forEach((problem, spoil) -> {
            Outcome outcome = Outcomes.of(OutcomeKind.JUDGED, "gpt", 1, 2).build();
            spoil.accept(outcome);
            bad.put(outcome, problem);
        });

        // When
        bad.keySet().forEach(run::learn);

        // Then
        List<TestRecord<byte[], byte[]>> letters = run.deadLetters();
        assertThat(letters).hasSize(22);
        int next = 0;
        for (Map.Entry<Outcome, String> expected : bad.entrySet()) {
            TestRecord<byte[], byte[]> letter = letters.get(next++);
            assertThat(header(letter, DeadLetter.REASON)).isEqualTo("bad_outcome");
            assertThat(header(letter, "__streams.errors.message")).contains(expected.getValue());
            assertThat(letter.value()).isEqualTo(codec.encode(expected.getKey()));
        }
        assertThat(run.snapshots()).hasSize(1);
        assertThat(run.storeKeys()).containsExactly("tenant/acme/gpt/" + Outcomes.EXTRACTOR);
        assertThat(run.store().get("tenant/acme/gpt/" + Outcomes.EXTRACTOR)).isEqualTo(before);
    }

    @Test
    void shouldTellExperimentsOfTheVerdictsThatItLearns() {
        // Given
        Run run = new Run(AT_ONCE);
        List<Trial> trials = List.of(new Trial("warmer", 3L, 0.5, 2.0), new Trial("cooler", 1L, 0.0, -1.0));

        // When
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "gpt", 1)
                .setQuality(0.25)
                .setTrials(trials)
                .build());
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "gpt", 1)
                .setQuality(7.0)
                .setTrials(trials)
                .build());
        run.learn(Outcomes.of(OutcomeKind.COMPLETED, "gpt", 1).setTrials(trials).build());

        // Then
        assertThat(run.trials())
                .extracting(ExperimentTrial::getExperiment, ExperimentTrial::getRun, ExperimentTrial::getDifference)
                .containsExactly(tuple("warmer", 3L, 1.0), tuple("cooler", 1L, -0.25));
    }

    @Test
    void shouldNotTeachOneScopeWhatDoesNotFitAnother() {
        // Given
        Run run = new Run(AT_ONCE);
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "gpt", 1, 2).build());
        List<String> scopes = new ArrayList<>(List.of("group/new", "tenant/acme"));

        // When
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "gpt", 1).setScopes(scopes).build());

        // Then
        assertThat(run.deadLetters()).hasSize(1);
        assertThat(run.storeKeys()).containsExactly("tenant/acme/gpt/" + Outcomes.EXTRACTOR);
    }

    static Stream<Arguments> unreadable() {
        byte[] truncated = EventCodec.local()
                .encode(Outcomes.of(OutcomeKind.JUDGED, "gpt", 1).build());
        return Stream.of(
                Arguments.of("null", null),
                Arguments.of("empty", new byte[0]),
                Arguments.of("magic", new byte[] {1, 0, 0, 0, 1, 0}),
                Arguments.of("unknown schema", new byte[] {0, 0, 1, 0, 0, 0}),
                Arguments.of("truncated", Arrays.copyOf(truncated, truncated.length - 1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void shouldPutUnreadableBytesAside(String name, byte[] value) {
        // Given
        Run run = new Run(AT_ONCE);

        // When
        run.input.pipeInput("key".getBytes(StandardCharsets.UTF_8), value);

        // Then
        TestRecord<byte[], byte[]> letter = run.deadLetters().get(0);
        assertThat(header(letter, DeadLetter.REASON)).isEqualTo("malformed");
        assertThat(letter.value()).isEqualTo(value);
        assertThat(run.snapshots()).isEmpty();
    }

    @Test
    void shouldPublishOnceAnIntervalWithAllThatWasLearned() {
        // Given
        Run run = new Run(new LearnSettings(Duration.ofMillis(250), 100));
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "first", 1).build());
        List<KeyValue<String, PolicySnapshot>> first = run.snapshots();
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "second", 1).build());
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "first", 1).build());
        run.learn(Outcomes.of(OutcomeKind.JUDGED, "first", 1).build());
        List<KeyValue<String, PolicySnapshot>> early = run.snapshots();

        // When
        run.driver.advanceWallClockTime(Duration.ofMillis(250));

        // Then
        assertThat(first).hasSize(1);
        assertThat(early).isEmpty();
        assertThat(run.snapshots())
                .extracting(message -> message.value.getModel() + '@' + message.value.getVersion())
                .containsExactly("second@2", "first@4");
        assertThat(run.storeKeys()).hasSize(2);
    }

    @Test
    void shouldContinueFromWhatTheStoreHolds() {
        // Given
        List<Outcome> outcomes = Outcomes.random(new Random(7), 60);
        Run before = new Run(AT_ONCE);
        outcomes.subList(0, 30).forEach(before::learn);
        Run after = new Run(AT_ONCE);
        before.storeKeys().forEach(key -> after.store().put(key, before.store().get(key)));

        // When
        outcomes.subList(30, 60).forEach(after::learn);

        // Then
        Map<String, ModelStatistics> expected = Refold.of(0, outcomes);
        assertThat(after.snapshots()).isNotEmpty();
        for (String key : after.storeKeys()) {
            String policyKey = key.replace("/" + Outcomes.EXTRACTOR, "/0/" + Outcomes.EXTRACTOR);
            assertThat(Learned.fromBytes(after.store().get(key)).statistics().toBytes())
                    .isEqualTo(expected.get(policyKey).toBytes());
        }
        assertThat(after.storeKeys()).hasSameSizeAs(expected.keySet());
    }

    @Test
    void shouldPlaceASnapshotByItsScopeAlone() {
        // Given
        ScopePartitioner partitioner = new ScopePartitioner();
        PolicySnapshot snapshot = PolicySnapshot.newBuilder()
                .setScope("tenant/acme")
                .setModel("gpt")
                .build();
        int expected = BuiltInPartitioner.partitionForKey("tenant/acme".getBytes(StandardCharsets.UTF_8), 16);

        // When
        var partitions = partitioner.partitions("policies", "any key", snapshot, 16);

        // Then
        assertThat(partitions).hasValueSatisfying(set -> assertThat(set).containsExactly(expected));
    }

    private static String header(TestRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private final class Run {
        private final TopologyTestDriver driver;
        private final TestInputTopic<byte[], byte[]> input;
        private final TestOutputTopic<String, PolicySnapshot> policies;
        private final TestOutputTopic<String, ExperimentTrial> trials;
        private final TestOutputTopic<byte[], byte[]> letters;

        Run(LearnSettings settings) {
            Topology topology = new Topology();
            LearnStage.addTo(topology, settings, topics, codec, counted::add);
            Properties config = new Properties();
            config.put(StreamsConfig.APPLICATION_ID_CONFIG, "learn-test-" + drivers.size());
            config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
            driver = new TopologyTestDriver(topology, config);
            drivers.add(driver);
            input = driver.createInputTopic(topics.outcomes(), new ByteArraySerializer(), new ByteArraySerializer());
            policies = driver.createOutputTopic(
                    topics.policies(),
                    new StringDeserializer(),
                    codec.serde(PolicySnapshot.class).deserializer());
            trials = driver.createOutputTopic(
                    topics.experimentTrials(),
                    new StringDeserializer(),
                    codec.serde(ExperimentTrial.class).deserializer());
            letters = driver.createOutputTopic(
                    topics.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        void learn(Outcome outcome) {
            input.pipeInput("acme/r-1".getBytes(StandardCharsets.UTF_8), codec.encode(outcome));
        }

        void learn(Outcome outcome, long recordedAt) {
            input.pipeInput("acme/r-1".getBytes(StandardCharsets.UTF_8), codec.encode(outcome), recordedAt);
        }

        List<KeyValue<String, PolicySnapshot>> snapshots() {
            return policies.readKeyValuesToList();
        }

        /**
         * Every record of a scope, key and value in full, but for the two numbers that are not its tenant's: version is an
         * offset of the shared topic of outcomes, and the time of publication is the clock's.
         */
        List<String> published(String scope) {
            List<String> records = new ArrayList<>();
            for (KeyValue<String, PolicySnapshot> message : snapshots()) {
                if (message.value.getScope().equals(scope)) {
                    message.value.setVersion(0);
                    message.value.setPublishedAt(Instant.EPOCH);
                    records.add(message.key + ' ' + HexFormat.of().formatHex(codec.encode(message.value)));
                }
            }
            return records;
        }

        List<ExperimentTrial> trials() {
            return trials.readValuesToList();
        }

        List<TestRecord<byte[], byte[]>> deadLetters() {
            return letters.readRecordsToList();
        }

        KeyValueStore<String, byte[]> store() {
            return driver.getKeyValueStore(LearnStage.STATISTICS);
        }

        List<String> storeKeys() {
            List<String> keys = new ArrayList<>();
            try (KeyValueIterator<String, byte[]> all = store().all()) {
                all.forEachRemaining(entry -> keys.add(entry.key));
            }
            return keys;
        }
    }
}
